"""How a figure came about: from the value down to file, row and hash."""

import marimo

app = marimo.App(width="medium", app_title="How a figure came about")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    import kinhbac

    warehouse = kinhbac.open()  # data/, or $KINHBAC_DATA; name another folder or http://… here
    return kinhbac, mo, pl, warehouse


@app.cell
def _(mo, warehouse):
    mo.md(
        f"""
        # Số liệu này từ đâu mà có / How a figure came about
        Đợt công bố {warehouse.release}, ngày {warehouse.as_of:%d/%m/%Y}. Chọn một số liệu: bên dưới là những gì
        đã tính ra nó, đến tận tệp được gửi.

        Release {warehouse.release} of {warehouse.as_of:%d/%m/%Y}. Choose a figure: below stands what it was
        computed from, down to the file that brought it.
        """
    )


@app.cell
def _(mo, pl, warehouse):
    figures = warehouse.values().filter(
        pl.col("value").is_not_null(), pl.col("breakdown").is_null()
    )
    keys = figures["indicator"].unique(maintain_order=True).to_list()
    indicator = mo.ui.dropdown(keys, value=keys[0], label="Chỉ số / Indicator", searchable=True)
    indicator
    return figures, indicator


@app.cell
def _(figures, indicator, mo, pl):
    of_it = figures.filter(pl.col("indicator") == indicator.value).sort("period_start", "area")
    areas = {
        f"{name} ({key})": key
        for key, name in of_it.select("area", "area_name").unique(maintain_order=True).iter_rows()
    }
    area = mo.ui.dropdown(areas, value=next(iter(areas)), label="Đơn vị / Area", searchable=True)
    area
    return area, of_it


@app.cell
def _(area, of_it, pl):
    series = of_it.filter(pl.col("area") == area.value)
    series.select("period", "value", "unit_name", "state", "vintage", "synthetic", "source")
    return (series,)


@app.cell
def _(area, indicator, series, warehouse):
    newest = series.row(-1, named=True)
    explained = warehouse.explain(indicator.value, area.value, newest["period"])
    return explained, newest


@app.cell
def _(explained, mo, newest):
    told = "số liệu mô phỏng / demonstration" if newest["synthetic"] else "số liệu thật / real"
    mo.md(
        f"""
        ## {explained.label}, {newest["area_name"]}, {newest["period"]}
        **{explained.value:,.6g} {explained.unit}** · {newest["state"]} · {told}

        `{explained.formula}`
        """
    )


@app.cell
def _(explained, pl):
    def walk(one, depth=0):
        """Everything that stands behind a figure, with its depth."""
        yield depth, one
        for operand in one.operands:
            yield from walk(operand, depth + 1)

    tree = pl.DataFrame(
        [
            ("    " * depth + one.name, one.role, one.value, one.unit, one.reason, one.formula)
            for depth, one in walk(explained)
        ],
        schema=["name", "role", "value", "unit", "reason", "formula"],
        orient="row",
        infer_schema_length=None,
    )
    tree
    return tree, walk


@app.cell
def _(explained, pl, walk):
    files = pl.DataFrame(
        [
            (one.name, extract["file"], extract["received_on"], extract["owner"], extract["sha256"])
            for _, one in walk(explained)
            for extract in one.extracts
        ],
        schema={"for": str, "file": str, "received": pl.Date, "owner": str, "sha256": str},
        orient="row",
    ).unique(maintain_order=True)
    files
    return (files,)


if __name__ == "__main__":
    app.run()
