import unittest


class Tests(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(1 + 1, 2)

    def test_wrong(self):
        self.assertEqual([1, 2, 3], [1, 2, 4])

    @unittest.skip("later")
    def test_later(self): ...


unittest.main()
