from abc import ABC, abstractmethod
import math

class Shape(ABC):
    @abstractmethod
    def area(self): pass

    @abstractmethod
    def perimeter(self): pass

    def __lt__(self, other):
        return self.area() < other.area()

    def __repr__(self):
        return '{}(area={:.2f}, perimeter={:.2f})'.format(self.__class__.__name__, self.area(), self.perimeter())

class Circle(Shape):
    def __init__(self, r): self.r = r
    def area(self): return math.pi * self.r ** 2
    def perimeter(self): return 2 * math.pi * self.r

class Rectangle(Shape):
    def __init__(self, w, h): self.w, self.h = w, h
    def area(self): return self.w * self.h
    def perimeter(self): return 2 * (self.w + self.h)

class Square(Rectangle):
    def __init__(self, s): super().__init__(s, s)

class Triangle(Shape):
    def __init__(self, a, b, c):
        if a + b <= c or a + c <= b or b + c <= a:
            raise ValueError('not a triangle')
        self.sides = a, b, c
    def perimeter(self): return sum(self.sides)
    def area(self):
        s = self.perimeter() / 2
        a, b, c = self.sides
        return math.sqrt(s * (s - a) * (s - b) * (s - c))

shapes = [Circle(1), Rectangle(2, 3), Square(2), Triangle(3, 4, 5)]
for s in sorted(shapes): print(s)
print(max(shapes), len([s for s in shapes if isinstance(s, Rectangle)]))
try:
    Triangle(1, 1, 5)
except ValueError as e: print('cannot:', e)
try:
    Shape()
except TypeError: print('Shape is abstract')
