import ast

tree = ast.parse("def area(w, h=2):\n    return w * h + 0\n\nprint(area(3) if True else None)\n")


class Fold(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        match node:
            case ast.BinOp(left, ast.Add(), ast.Constant(0)):
                return left
        return node

    def visit_IfExp(self, node):
        return node.body if isinstance(node.test, ast.Constant) and node.test.value else node


new = ast.fix_missing_locations(Fold().visit(tree))
print(ast.unparse(new))
exec(compile(new, "<new>", "exec"))
print(ast.literal_eval("{'a': [1, 2.5, (None, True)], 'b': -3, 'c': {1}}"))
print(ast.dump(ast.parse("x: int = y[1:2]", mode="exec"), indent=1))
print(sorted({type(n).__name__ for n in ast.walk(tree)}))
