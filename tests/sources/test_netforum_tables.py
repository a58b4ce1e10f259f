"""Rows that are alike are read by the column, and into what a plain walk over the elements finds."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from resolvers.sources.netforum.tree import TEXT, Branch, Table, from_xml

ROWS = [
    "<r><a>1</a><b/></r>",
    "<r> <a> 2 </a>\n<b>3</b> </r>",
    "<r><b/><a/></r>",
    "<r><a/></r>",
    "<r><a/><a/></r>",
    "<r><a/><b/><c/></r>",
    "<r/>",
    "<r>text</r>",
    "<r>text<a/><b/></r>",
    "<r><a>1<c/>2</a><b/></r>",
    "<r><a><b/></a></r>",
    "<r><a/><r><a/><b/></r></r>",
    "<q><a/><b/></q>",
    '<r xmlns="urn:x"><a/><b/></r>',
    '<r><a xmlns="urn:x"/><b/></r>',
    '<r><a/><a xmlns="urn:x"/></r>',
    '<r n="1"><a/><b/></r>',
    '<r><a/><b n="1">text</b></r>',
    '<r><a/><b xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></r>',
    '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1"><a/><b/></r>',
    "<r><!-- --><a/></r>",
    "<r><a><b/></a><!-- --></r>",
    "<r><a>1<!-- -->2</a><b/></r>",
    "<r><a/><?b c?></r>",
    "<!-- -->",
    "<?r a?>",
]
"""What rows may look like, alike or not."""


_row = st.sampled_from(ROWS)


def _mixed(row: str, others: dict[int, str]) -> str:
    return "".join(others.get(at, row) for at in range(24))


def _plainly(element: etree._Element) -> Branch:
    """The tree, element by element."""
    if element.get("{http://www.w3.org/2001/XMLSchema-instance}nil") in ("true", "1"):
        return None
    tree: dict[str, Branch] = {f"@{name!s}": str(value) for name, value in element.items() if "}" not in str(name)}
    children: dict[str, list[Branch]] = {}
    for child in element.iterchildren("*"):
        children.setdefault(etree.QName(child).localname, []).append(_plainly(child))
    tree |= {name: found if len(found) > 1 else found[0] for name, found in children.items()}
    if tree and not len(element) and (element.text or "").strip():
        tree[TEXT] = element.text
    return tree or element.text


def _by_the_row(branch: Branch) -> Branch:
    """The tree, its tables as lists."""
    if isinstance(branch, Table):
        return [*branch.rows()]
    if isinstance(branch, list):
        return [_by_the_row(each) for each in branch]
    return {name: _by_the_row(each) for name, each in branch.items()} if isinstance(branch, dict) else branch


@example(row="<r><a>1</a><b/></r>", others={7: "<r><a><b/></a></r>"})
@given(row=_row, others=st.dictionaries(st.integers(0, 23), _row, max_size=2))
def test_a_table_is_the_tree_of_its_rows(row: str, others: dict[int, str]) -> None:
    element = etree.fromstring(f'<t count="24">{_mixed(row, others)}</t>')

    assert _by_the_row(from_xml(element)) == _plainly(element)


@pytest.mark.parametrize("row", ROWS)
def test_rows_all_of_one_kind_are_the_tree_of_each(row: str) -> None:
    element = etree.fromstring(f"<t>{row * 30}</t>")

    assert _by_the_row(from_xml(element)) == _plainly(element)


def test_many_rows_that_are_alike_make_a_table() -> None:
    tree = from_xml(etree.fromstring(f"<t>{'<r><a>1</a><b/></r>' * 30}</t>"))

    assert tree == {"r": Table({"a": ["1"] * 30, "b": [None] * 30})}
