"""What a script binds, where, and to what: one walk over its tree; imports nothing of the package.

Every node gets `up` (its parent) and `scope`, so that rules can look around from any finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from slimepython.router.syntax import _ast, words

FUNCTIONS: Final = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda)
COMPREHENSIONS: Final = (_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp)


@dataclass(eq=False)
class Scope:
    """A module's, function's, class's or comprehension's names. `bound`: name → what it is bound to, each (how,
    node)."""

    kind: str
    node: Any
    parent: Scope | None
    bound: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    """Names declared `global` or `nonlocal`."""
    resolved: dict[str, Scope | None] = field(default_factory=dict)
    """Where names that are used here are bound, as far as that was asked."""

    def bind(self, name: str, how: str, node: Any) -> None:
        """Note that a name is bound here; a declared one is bound where it was declared."""
        self.bound.setdefault(name, []).append((how, node))


@dataclass(eq=False)
class Script:
    """A walked tree. `own`: attribute names that the script itself gives to its objects."""

    module: Scope
    nodes: list[Any] = field(default_factory=list)
    by_kind: dict[type, list[Any]] = field(default_factory=dict)
    """The same, by their classes: a rule looks at some kinds of syntax only."""
    names: dict[str, list[Any]] = field(default_factory=dict)
    """`Name` nodes by the name."""
    attributes: dict[str, list[Any]] = field(default_factory=dict)
    """`Attribute` nodes by the attribute."""
    stores: list[Any] = field(default_factory=list)
    """`Attribute` nodes that are set or deleted, and `Name` nodes that a class body binds."""
    own: set[str] = field(default_factory=set)
    classes: dict[str, list[Any]] = field(default_factory=dict)
    functions: dict[str, list[Any]] = field(default_factory=dict)
    imports: dict[str, set[str]] = field(default_factory=dict)
    """Name → the modules that it is bound to by `import`, as `module` or `module:name`."""
    rebound: set[str] = field(default_factory=set)
    """Names bound by anything but an import."""
    has_getattr: bool = False

    def of(self, *kinds: type) -> list[Any]:
        """All nodes of these classes, one class after another."""
        if len(kinds) == 1:
            return self.by_kind.get(kinds[0], [])
        return [node for kind in kinds for node in self.by_kind.get(kind, ())]

    def uses(self, name: str) -> list[Any]:
        """Wherever something is called so, as a name or as an attribute."""
        return [*self.names.get(name, ()), *self.attributes.get(name, ())]

    def resolve(self, name: str, scope: Scope) -> Scope | None:
        """Where a name that is used in `scope` is bound; None: nowhere in the script."""
        try:
            return scope.resolved[name]
        except KeyError:
            found = scope.resolved[name] = self._resolve(name, scope)
            return found

    def _resolve(self, name: str, scope: Scope) -> Scope | None:
        if scope.outside.get(name) == "global":
            return self.module if name in self.module.bound else None
        at: Scope | None = scope
        while at is not None:
            if name in at.bound and (at is scope or at.kind != "class") and name not in at.outside:
                return at
            at = at.parent
        return None

    def is_local(self, name: str, scope: Scope) -> bool:
        """Whether it is certainly bound in a function around: then it is no builtin."""
        found = self.resolve(name, scope)
        return found is not None and found.kind in ("function", "comprehension")

    def module_of(self, node: Any) -> str | None:
        """The module that an expression names, when it can be nothing else: `json`, `os.path`, `m` after `import x
        as m`."""
        if isinstance(node, _ast.Name):
            found = self.imports.get(node.id)
            if found and len(found) == 1 and node.id not in self.rebound:
                (module,) = found
                return module if ":" not in module else None
        elif isinstance(node, _ast.Attribute):
            base = self.module_of(node.value)
            if base is not None and f"{base}.{node.attr}" in self.submodules:
                return f"{base}.{node.attr}"
        return None

    def imported(self, name: str) -> tuple[str, str] | None:
        """`(module, name)` when a name can only be that of a `from module import name`."""
        found = self.imports.get(name)
        if found and len(found) == 1 and name not in self.rebound:
            (module,) = found
            if ":" in module:
                left, _, right = module.partition(":")
                return left, right
        return None

    @property
    def submodules(self) -> frozenset[str]:
        """Dotted modules that may be reached through their parents."""
        return SUBMODULES


SUBMODULES: Final = frozenset(("os.path", "collections.abc", "urllib.parse"))


def walk(tree: Any) -> Script:
    """Walk a tree once."""
    module = Scope("module", tree, None)
    script = Script(module)
    tree.up = None
    tree.scope = module
    stack: list[tuple[Any, Any, Scope]] = [(child, tree, module) for child in reversed(tree.body)]
    pop, push = stack.pop, stack.append
    add = script.nodes.append
    by_kind = script.by_kind
    ast_type = _ast.AST
    while stack:
        node, parent, scope = pop()
        node.up = parent
        node.scope = scope
        add(node)
        kind = node.__class__
        if kind in by_kind:
            by_kind[kind].append(node)
        else:
            by_kind[kind] = [node]
        inner = BINDERS[kind](script, node, scope) if kind in BINDERS else None
        for name in FIELDS[kind] if kind in FIELDS else _fields(kind):
            value = getattr(node, name, None)
            if value is None:
                continue
            within = inner if inner is not None and name in INNER else scope
            if value.__class__ is list:
                for each in reversed(value):
                    if isinstance(each, ast_type):
                        push((each, node, within))
            elif isinstance(value, ast_type):
                push((value, node, within))
    return script


def _fields(kind: type) -> tuple[str, ...]:
    """Names of the fields of a class of nodes that hold nodes, the last one first."""
    plain = PLAIN - {"name"} if kind.__name__ == "TypeAlias" else PLAIN
    found = FIELDS[kind] = tuple(name for name in reversed(kind._fields) if name not in plain)  # type: ignore[attr-defined]
    return found


PLAIN: Final = words(
    """arg asname attr conversion ctx id is_async kind level module name op rest simple type_comment"""
)
"""Fields that hold no nodes, or only marks that all nodes share."""
FIELDS: Final[dict[type, tuple[str, ...]]] = {_ast.Constant: ()}
"""What `_fields` has said."""
INNER: Final = frozenset(("body", "elt", "key", "value", "generators"))
"""Fields that a function, class or comprehension evaluates in its own scope (decorators and defaults are outside)."""


def _function(script: Script, node: Any, scope: Scope) -> Scope:
    inner = Scope("function", node, scope)
    if not isinstance(node, _ast.Lambda):
        scope.bind(node.name, "def", node)
        script.functions.setdefault(node.name, []).append(node)
        script.rebound.add(node.name)
        if scope.kind == "class":
            script.own.add(node.name)
            script.has_getattr = script.has_getattr or node.name in ("__getattr__", "__getattribute__")
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for each in every:
        inner.bind(each.arg, "parameter", node)
    for each, how in ((arguments.vararg, "varargs"), (arguments.kwarg, "kwargs")):
        if each is not None:
            inner.bind(each.arg, how, node)
    script.rebound.update(inner.bound)
    return inner


def _class(script: Script, node: Any, scope: Scope) -> Scope:
    scope.bind(node.name, "class", node)
    script.classes.setdefault(node.name, []).append(node)
    script.rebound.add(node.name)
    if scope.kind == "class":
        script.own.add(node.name)
    return Scope("class", node, scope)


def _comprehension(_: Script, node: Any, scope: Scope) -> Scope:
    return Scope("comprehension", node, scope)


def _import(script: Script, node: Any, scope: Scope) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        target = alias.name if alias.asname else alias.name.partition(".")[0]
        scope.bind(name, "import", node)
        script.imports.setdefault(name, set()).add(target)


def _import_from(script: Script, node: Any, scope: Scope) -> None:
    for alias in node.names:
        name = alias.asname or alias.name
        scope.bind(name, "import", node)
        script.imports.setdefault(name, set()).add(f"{node.module}:{alias.name}")


def _declaration(how: str) -> Any:
    def declare(script: Script, node: Any, scope: Scope) -> None:
        for name in node.names:
            scope.outside[name] = how
            script.rebound.add(name)
            # What is assigned through a declaration may be anything, wherever it is looked up.
            at: Scope | None = script.module if how == "global" else scope.parent
            while at is not None:
                if how == "global" or name in at.bound:
                    at.bind(name, "declared", node)
                    break
                at = at.parent

    return declare


def _name(script: Script, node: Any, scope: Scope) -> None:
    script.names.setdefault(node.id, []).append(node)
    if isinstance(node.ctx, _ast.Load):
        return
    script.rebound.add(node.id)
    parent = node.up
    at = scope
    if isinstance(parent, _ast.NamedExpr):
        while at.kind == "comprehension" and at.parent is not None:
            at = at.parent
    if isinstance(parent, _ast.Assign) or (isinstance(parent, (_ast.AnnAssign, _ast.NamedExpr)) and parent.value):
        at.bind(node.id, "assign", parent.value)
    elif isinstance(parent, (_ast.For, _ast.comprehension)) and parent.target is node:
        at.bind(node.id, "for", parent.iter)
    elif isinstance(parent, _ast.AugAssign):
        at.bind(node.id, "augmented", parent)
    elif isinstance(parent, _ast.AnnAssign):
        at.bind(node.id, "annotated", parent)
    else:
        at.bind(node.id, "other", parent)
    if scope.kind == "class":
        script.own.add(node.id)
        script.stores.append(node)


def _attribute(script: Script, node: Any, _: Scope) -> None:
    script.attributes.setdefault(node.attr, []).append(node)
    if not isinstance(node.ctx, _ast.Load):
        script.stores.append(node)
        if isinstance(node.ctx, _ast.Store):
            script.own.add(node.attr)


def _named(script: Script, node: Any, scope: Scope) -> None:
    name = getattr(node, "rest", None) if isinstance(node, _ast.MatchMapping) else node.name
    if name:
        scope.bind(name, "other", node)
        script.rebound.add(name)


BINDERS: Final[dict[type, Any]] = {
    _ast.FunctionDef: _function,
    _ast.AsyncFunctionDef: _function,
    _ast.Lambda: _function,
    _ast.ClassDef: _class,
    **dict.fromkeys(COMPREHENSIONS, _comprehension),
    _ast.Import: _import,
    _ast.ImportFrom: _import_from,
    _ast.Global: _declaration("global"),
    _ast.Nonlocal: _declaration("nonlocal"),
    _ast.Name: _name,
    _ast.Attribute: _attribute,
    _ast.ExceptHandler: _named,
    _ast.MatchAs: _named,
    _ast.MatchStar: _named,
    _ast.MatchMapping: _named,
}
