"""States as classes: the object stays, its class changes."""


class Draft:
    def __init__(self, title):
        self.title = title
        self.history = ["draft"]

    def submit(self):
        self.history.append("review")
        self.__class__ = Review
        return self

    def edit(self, title):
        self.title = title
        return self


class Review(Draft):
    def submit(self):
        self.history.append("published")
        self.__class__ = Published
        return self

    def reject(self):
        self.history.append("draft")
        self.__class__ = Draft
        return self


class Published(Draft):
    def submit(self):
        return self

    def edit(self, title):
        self.history.append("edit refused")
        return self


doc = Draft("Tale")
same = doc
print(type(doc).__name__, doc.title)
doc.submit().reject().edit("Tail").submit().submit()
print(type(doc).__name__, doc.title, doc.history)
doc.edit("Tale!").submit()
print(doc.title, doc.history, same is doc, isinstance(doc, Draft), isinstance(doc, Review))
