"""No two modules need each other, neither when they are imported, nor in a function, nor for their types."""

from collections.abc import Iterator, Mapping

import grimp

PACKAGES = ("govern", "routing", "audit")


def in_circles(imports: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Groups of modules of which each leads to each other one (Tarjan, SIAM J. Comput. 1(2), 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    for start in sorted(imports):
        path = [] if start in number else [(start, iter(sorted(imports[start])))]
        while path:
            module, rest = path[-1]
            if module not in number:
                number[module] = lowest[module] = len(number)
                waiting.append(module)
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[module])
                if lowest[module] == number[module]:
                    at = waiting.index(module)
                    circle, waiting[at:] = waiting[at:], []
                    yield sorted(circle)
            elif following not in number:
                path.append((following, iter(sorted(imports[following]))))
            elif following in waiting:
                lowest[module] = min(lowest[module], number[following])


def test_circles_are_found() -> None:
    found = in_circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": set(), "f": {"e", "a"}})
    assert sorted(circle for circle in found if len(circle) > 1) == [["a", "b", "c"]]


def test_no_modules_import_each_other() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=False, cache_dir=None)
    imports = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert [circle for circle in in_circles(imports) if len(circle) > 1] == []
