"""A return names its lines though the shop took them out of its order: ``order.lines`` holds what is still sold."""

import ast

from tests.house.code.source import Source, SourceFile, app


def speaks_of_returns(file: SourceFile) -> bool:
    return file.room == "returns" or any(one.target.startswith("app.returns") for one in file.imports)


def over_lines_still_sold(source: Source) -> list[str]:
    """Where a file that speaks of returns makes a table by the ids of the lines that an order still sells."""
    return [
        file.at(node)
        for file in source
        if speaks_of_returns(file)
        for node in file.nodes
        if isinstance(node, ast.DictComp) and getattr(node.key, "attr", "") == "id"
        if _of_an_order(node.generators[0].iter)
    ]


def _of_an_order(lines: ast.expr) -> bool:
    return isinstance(lines, ast.Attribute) and lines.attr == "lines" and ast.unparse(lines.value).endswith("order")


def test_what_speaks_of_a_return_knows_all_lines_of_its_order() -> None:
    assert sum(map(speaks_of_returns, app())) > 50
    assert over_lines_still_sold(app()) == []


def test_a_table_of_lines_still_sold_is_told() -> None:
    wrong = "+names = {line.id: line.title for line in view.order.lines}"
    assert len(over_lines_still_sold(app().planted({"app/returns/queries.py": wrong}))) == 1
