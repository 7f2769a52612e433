"""Finds where the order of a set could show; imports router modules.

A set may be asked what it holds, compared, sorted and combined. Names and attributes that ever hold one may only be
used so, everywhere in the script: then no set gets to where its order matters.
"""

from __future__ import annotations

from typing import Any, Final

from slimepython.router.dynamic import texts
from slimepython.router.findings import Findings
from slimepython.router.quiet import computes, is_quiet, may_fail
from slimepython.router.rules import is_consumed
from slimepython.router.script import walk
from slimepython.router.signals import Kind, Signal
from slimepython.router.source import parse
from slimepython.router.syntax import _ast, words
from slimepython.router.vocabulary import NUMBERS

WHY: Final = "sets keep another order on Light"
MAKERS: Final = frozenset(("set", "frozenset"))
COMBINE: Final = (_ast.BitOr, _ast.BitAnd, _ast.BitXor, _ast.Sub)
GIVE_SETS: Final = words(
    """union intersection difference symmetric_difference __and__ __or__ __xor__ __sub__ __rand__ __ror__ __rxor__
    __rsub__"""
)
ATTRIBUTES: Final = ("__abstractmethods__", "__required_keys__", "__optional_keys__")
"""Attributes that are sets."""
FUNCTIONS: Final = words("and_ or_ xor sub iand ior ixor isub")
"""Of `operator`: they make sets of what they are given."""
QUIET_METHODS: Final = words(
    """add update discard remove clear issubset issuperset isdisjoint difference_update intersection_update
    symmetric_difference_update copy union intersection difference symmetric_difference"""
)
REACHED: Final = words(
    """getattr vars __dict__ __getattribute__ attrgetter methodcaller asdict astuple pprint pformat pp reduce"""
)
"""What takes attributes of objects without their being written."""
QUIET_CALLS: Final = words("len sorted bool any all isinstance set frozenset min max")
QUIET_COMPREHENDED: Final = words("any all sorted set frozenset len")
ORDERING: Final = words("sorted min max")
ORDERING_HOOKS: Final = words("__lt__ __gt__")
TRUTH_HOOKS: Final = words("__bool__ __len__")
TESTS: Final = (_ast.If, _ast.While, _ast.Assert, _ast.IfExp)
Key = tuple[str, str]


class Sets:
    """Which names, attributes and functions hold or give sets; found by repeating until nothing is added."""

    def __init__(self, findings: Findings, *, nested: bool = False) -> None:
        """`nested`: it is the text of a program in a script, which gets what the text leaves behind."""
        self.findings = findings
        self.nested = nested
        self.script = findings.script
        self.held: set[Key] = set()

    def check(self) -> None:
        """Signal every place where an order could show."""
        work = self.made()
        first = work[0] if work else None
        done: set[int] = set()
        while work:
            node = work.pop()
            if id(node) in done:
                continue
            done.add(id(node))
            for key in self.use(node):
                if key in self.held:
                    continue
                self.held.add(key)
                work += [each for each in self.named(key) if isinstance(each.ctx, _ast.Load)]
        if first is not None and any(kind == "attribute" for kind, _ in self.held):
            for name in sorted(REACHED):
                for node in self.script.uses(name):
                    self.findings.add(node, Kind.ORDER_DEP, name, "it may reach a set, whose order could show")

    def named(self, key: Key) -> list[Any]:
        """All nodes of a name, or of an attribute."""
        kind, name = key
        return (self.script.names if kind == "name" else self.script.attributes).get(name, [])

    def made(self) -> list[Any]:
        """Expressions that are sets whatever surrounds them; the type itself used as a value is signalled."""
        script = self.script
        found = script.of(_ast.Set, _ast.SetComp)
        found = [*found, *(each for name in ATTRIBUTES for each in script.attributes.get(name, ()))]
        for name in sorted(MAKERS):
            for node in script.names.get(name, ()):
                if self.findings.kinds.builtin(node):
                    self._type_as_value(node)
                    found += [node.up] if isinstance(node.up, _ast.Call) and node.up.func is node else []
        for name in sorted(GIVE_SETS):
            found += [
                node.up
                for node in script.attributes.get(name, ())
                if isinstance(node.up, _ast.Call) and node.up.func is node
            ]
        found += self._of_views()
        return found + self._evaluated()

    def _of_views(self) -> list[Any]:
        """What operators make of views of dicts: those that are written there, or any at all once one is kept."""
        script = self.script
        named = [each for name in ("keys", "items") for each in script.attributes.get(name, ())]
        views = [each.up for each in named if isinstance(each.up, _ast.Call) and each.up.func is each]
        kept = not all(isinstance(each.up, _ast.BinOp) or is_consumed(self.findings, each) for each in views)
        if kept:
            why = "it may make a set of views, whose order could show"
            for name in sorted(FUNCTIONS):
                for node in script.uses(name):
                    self.findings.add(node, Kind.ORDER_DEP, name, why)
        return [
            node
            for node in script.of(_ast.BinOp)
            if isinstance(node.op, COMBINE)
            and (node.left in views or node.right in views or (kept and self._may_be_views(node)))
        ]

    def _may_be_views(self, node: Any) -> bool:
        kinds = [self.findings.kinds.of(each) for each in (node.left, node.right)]
        return not any(each is not None and each <= NUMBERS for each in kinds)

    def _evaluated(self) -> list[Any]:
        """What `literal_eval` makes of a text that is not known, or that has a set in it."""
        found = []
        for node in self.script.uses("literal_eval"):
            call = node.up
            given = call.args[:1] if isinstance(call, _ast.Call) and call.func is node else ()
            known = [texts(self.findings, each) for each in given]
            if not known or known[0] is None or any(map(_has_set, known[0])):
                found.append(call if given else node)
        return found

    def _type_as_value(self, node: Any) -> None:
        from slimepython.router.names import is_only_named
        from slimepython.router.operators import in_annotation

        called = isinstance(node.up, _ast.Call) and node.up.func is node
        if (
            not called
            and not is_only_named(node)
            and not in_annotation(node)
            and not isinstance(node.up, _ast.Subscript)
        ):
            self.findings.add(node, Kind.ORDER_DEP, node.id, "what calls it makes sets that cannot be followed")
        if isinstance(node.up, _ast.ClassDef):
            self.findings.add(node, Kind.ORDER_DEP, node.id, "sets of an own class cannot be followed")

    def use(self, node: Any) -> list[Key]:
        """What holds a set after this use of one; a use that may show its order is signalled."""
        up = node.up
        if isinstance(up, _ast.Assign) and up.value is node:
            return self._targets(node, up.targets)
        if isinstance(up, (_ast.AnnAssign, _ast.NamedExpr)) and up.value is node:
            follow = self._targets(node, [up.target])
            return follow + (self.use(up) if isinstance(up, _ast.NamedExpr) else [])
        if isinstance(up, _ast.AugAssign):
            return self._targets(node, [up.target]) if up.value is node else []
        if isinstance(up, _ast.BinOp) and isinstance(up.op, COMBINE):
            return self.use(up)
        if isinstance(up, _ast.IfExp) and up.test is not node:
            return self.use(up)
        if isinstance(up, _ast.BoolOp):
            return self.use(up)
        if isinstance(up, _ast.Return) and not self.nested:
            return self._returned(node, up)
        if not self._is_quiet(node, up):
            self.findings.add(node, Kind.ORDER_DEP, "set order", WHY)
        elif isinstance(up, _ast.Attribute) and up.attr in GIVE_SETS | {"copy"}:
            return self.use(up.up)
        elif isinstance(up, _ast.Call) and self.findings.kinds.builtin(up.func) in MAKERS:
            return []  # makes a set of its own, which is followed from there
        return []

    def _is_quiet(self, node: Any, up: Any) -> bool:
        if isinstance(up, (_ast.Compare, _ast.Expr)):
            return isinstance(up, _ast.Compare) or not self.nested
        if isinstance(up, TESTS) and up.test is node:
            return True
        if isinstance(up, _ast.UnaryOp) and isinstance(up.op, _ast.Not):
            return True
        if isinstance(up, _ast.Attribute):
            called = isinstance(up.up, _ast.Call) and up.up.func is up
            return called and up.attr in QUIET_METHODS
        if isinstance(up, _ast.Call) and node is not up.func:
            return self._takes_quietly(up)
        if isinstance(up, _ast.Subscript) and up.slice is node:
            return isinstance(up.ctx, _ast.Load)
        return isinstance(up, _ast.comprehension) and up.iter is node and self._is_followed(up.up)

    def _takes_quietly(self, call: Any) -> bool:
        """An argument of a builtin, or of a set's own method: `a.update(b)`."""
        name = self.findings.kinds.builtin(call.func)
        if name in QUIET_CALLS:
            several = name in ("min", "max") and len(call.args) > 1
            return not several and all(each.arg == "reverse" for each in call.keywords) and self._asks_quietly(name)
        if not isinstance(call.func, _ast.Attribute):
            return False
        method = call.func.attr
        if method == "update":
            return self._held(call.func.value)
        return method in QUIET_METHODS - {"add", "remove", "discard"}

    def _asks_quietly(self, builtin: str) -> bool:
        """Whether it can be seen in no way in which order a builtin gets a set's items."""
        functions = self.script.functions
        if builtin in ORDERING:  # of items that are neither less nor greater, the order would show
            return functions.keys().isdisjoint(ORDERING_HOOKS)
        hooks = [each for name in TRUTH_HOOKS if builtin in ("any", "all") for each in functions.get(name, ())]
        return all(is_quiet(self.findings, each) for each in hooks)

    def _is_followed(self, made: Any) -> bool:
        """A comprehension into another set, or for a question whose answer does not depend on the order."""
        if isinstance(made, (_ast.GeneratorExp, _ast.ListComp)) and isinstance(made.up, _ast.Call):
            name = self.findings.kinds.builtin(made.up.func)
            if name not in QUIET_COMPREHENDED or made.up.keywords or not self._asks_quietly(name):
                return False
        elif not isinstance(made, _ast.SetComp):
            return False
        run = [made.elt, *(each for part in made.generators for each in (*part.ifs, part.iter))]
        return computes(self.findings, run) and not may_fail(self.findings, run)

    def _held(self, node: Any) -> bool:
        if isinstance(node, _ast.Name):
            return ("name", node.id) in self.held
        return isinstance(node, _ast.Attribute) and ("attribute", node.attr) in self.held

    def _targets(self, node: Any, targets: list[Any]) -> list[Key]:
        found: list[Key] = []
        for target in targets:
            if isinstance(target, _ast.Name) and not (self.nested and target.scope.kind == "module"):
                if target.scope.kind == "class":
                    found.append(("attribute", target.id))
                found.append(("name", target.id))
            elif isinstance(target, _ast.Attribute):
                found.append(("attribute", target.attr))
            else:
                self.findings.add(
                    node, Kind.ORDER_DEP, "set in a container", "it cannot be followed from there: " + WHY
                )
        return found

    def _returned(self, node: Any, up: Any) -> list[Key]:
        """A plain function that is only ever called by its name gives a set to each of its calls."""
        function = up
        while not isinstance(function, (_ast.FunctionDef, _ast.AsyncFunctionDef)):
            function = function.up
        method = isinstance(function.up, _ast.ClassDef)
        uses = self.named(("attribute" if method else "name", function.name))
        prop = any(
            isinstance(each, _ast.Name) and each.id in ("property", "cached_property")
            for each in function.decorator_list
        )
        if (
            isinstance(function, _ast.AsyncFunctionDef)
            or len(self.script.functions.get(function.name, ())) != 1
            or (function.decorator_list and not prop)
            or (function.name.startswith("__"))
        ):
            self.findings.add(node, Kind.ORDER_DEP, "set returned", "it cannot be followed from there: " + WHY)
            return []
        found: list[Key] = []
        for each in uses:
            if prop and method:
                found += self.use(each)
            elif isinstance(each.up, _ast.Call) and each.up.func is each:
                found += self.use(each.up)
            elif isinstance(each.ctx, _ast.Load):
                self.findings.add(each, Kind.ORDER_DEP, "set returned", "it cannot be followed from there: " + WHY)
        return found


def _has_set(text: str) -> bool:
    tree = parse(text.strip().encode("utf-8", "replace"), "<text>") if "{" in text else None
    return isinstance(tree, Signal) or (tree is not None and bool(walk(tree).of(_ast.Set)))
