"""The merger: before and after on today's borders."""

import marimo

app = marimo.App(width="medium", app_title="The merger")


@app.cell
def _():
    import altair as alt
    import marimo as mo
    import polars as pl

    import kinhbac

    warehouse = kinhbac.open()  # data/, or $KINHBAC_DATA; name another folder or http://… here
    return alt, kinhbac, mo, pl, warehouse


@app.cell
def _(mo):
    mo.md(
        """
        # Sáp nhập: trước và sau, theo địa giới hiện nay / The merger: before and after on today's borders
        Kỳ trước khi đổi địa giới có hai số: theo địa giới khi đó, và gộp theo địa giới hiện nay.

        Periods before a change of borders stand twice in a release: on the borders of their time, as they were
        told, and put together on those of today, so that a series does not jump where a border moved.
        """
    )


@app.cell
def _(pl, warehouse):
    provinces = warehouse.areas().filter(pl.col("kind").is_in(["province", "former_province"]))
    figures = (
        warehouse.values()
        .filter(pl.col("value").is_not_null(), pl.col("breakdown").is_null())
        .join(provinces.select("area", "kind"), on="area")
    )
    # Of the same periods there are figures of today's province and of those that became it.
    of_today = figures.filter(pl.col("kind") == "province")
    both = figures.filter(pl.col("kind") == "former_province").join(
        of_today.select("indicator", "period"), on=["indicator", "period"], how="semi"
    )
    return both, of_today


@app.cell
def _(both, mo):
    keys = both["indicator"].unique(maintain_order=True).to_list()
    indicator = mo.ui.dropdown(keys, value=keys[0] if keys else None, label="Chỉ số / Indicator")
    indicator
    return (indicator,)


@app.cell
def _(both, indicator, of_today, pl):
    series = pl.concat(
        [table.filter(pl.col("indicator") == indicator.value) for table in (of_today, both)]
    ).sort("period_start", "area")
    side_by_side = series.pivot("area_name", index=["period", "unit_name"], values="value")
    side_by_side
    return series, side_by_side


@app.cell
def _(alt, series):
    chart = (
        alt.Chart(series.select("period_start", "value", "area_name"))
        .mark_line(point=True)
        .encode(
            x=alt.X("period_start:T", title=None),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            color=alt.Color("area_name:N", title=None),
        )
        .properties(width=640, height=280)
    )
    chart
    return (chart,)


@app.cell
def _(mo, warehouse):
    areas = warehouse.areas()
    counts = areas.group_by("kind", areas["valid_to"].is_null().alias("of today")).len()
    mo.vstack(
        [
            mo.md("## Đơn vị hiện nay và trước đây / Areas of today and of other times"),
            counts.sort("of today", "kind"),
        ]
    )
    return (counts,)


if __name__ == "__main__":
    app.run()
