"""Is this rank firm? Ranks of a composite with the intervals in which they hold."""

import marimo

app = marimo.App(width="medium", app_title="Is this rank firm?")


@app.cell
def _():
    import altair as alt
    import marimo as mo
    import polars as pl

    import kinhbac

    warehouse = kinhbac.open()  # data/, or $KINHBAC_DATA; ranks are read from a release itself
    return alt, kinhbac, mo, pl, warehouse


@app.cell
def _(mo):
    mo.md(
        """
        # Thứ hạng này có chắc không / Is this rank firm?
        Mỗi thứ hạng đi cùng khoảng mà nó còn đúng; hai đơn vị có khoảng chồng nhau thì chưa phân hơn kém.

        A rank is as firm as what it rests on. Each one comes with the interval in which 90 % of the draws of what
        is uncertain put it: the method, and chance in the figures where that is known (`interval_of`). Two areas
        whose intervals overlap are not told apart.
        """
    )


@app.cell
def _(kinhbac, mo, pl, warehouse):
    composites = []
    for key in warehouse.indicators().filter(pl.col("indicator_group") == "composite")["indicator"]:
        try:
            ranks = warehouse.composite(key).ranks
        except kinhbac.Refused:  # it is not ranked
            continue
        if ranks["rank_low"].is_not_null().any():
            composites.append(key)
    indicator = mo.ui.dropdown(composites, value=composites[0], label="Chỉ số tổng hợp / Composite")
    indicator
    return (indicator,)


@app.cell
def _(indicator, pl, warehouse):
    of_all = warehouse.composite(indicator.value).ranks.filter(pl.col("rank_low").is_not_null())
    newest = of_all["period"].max()
    ranked = (
        of_all.filter(pl.col("period") == newest)
        .sort("rank")
        .with_columns(width=pl.col("rank_high") - pl.col("rank_low"))
    )
    ranked.select("area_name", "value", "rank", "rank_low", "rank_high", "width", "interval_of")
    return newest, ranked


@app.cell
def _(ranked):
    low, high = ranked["rank_low"].to_list(), ranked["rank_high"].to_list()
    pairs = [(i, j) for i in range(len(low)) for j in range(i + 1, len(low))]
    apart = sum(high[i] < low[j] or high[j] < low[i] for i, j in pairs)
    share_apart = apart / len(pairs) if pairs else None
    return pairs, share_apart


@app.cell
def _(mo, newest, pairs, ranked, share_apart):
    told = "–" if share_apart is None else f"{100 * share_apart:.0f} %"
    mo.md(
        f"""
        **{newest}**: of {len(pairs):,} pairs of areas **{told}** are told apart. A rank holds within
        {ranked["width"].median():.0f} places for half of the {ranked.height} areas.
        """
    )


@app.cell
def _(alt, ranked):
    base = alt.Chart(ranked.select("area_name", "rank", "rank_low", "rank_high")).encode(
        y=alt.Y("area_name:N", sort=alt.EncodingSortField("rank"), title=None)
    )
    chart = (
        base.mark_rule().encode(x=alt.X("rank_low:Q", title="rank"), x2="rank_high:Q")
        + base.mark_point(filled=True).encode(x="rank:Q")
    ).properties(width=560)
    chart
    return (chart,)


if __name__ == "__main__":
    app.run()
