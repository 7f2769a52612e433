import xml.etree.ElementTree as ET

root = ET.fromstring('<library name="main"><book id="1"><title>Emma</title><year>1815</year></book><book id="2" lent="yes"><title>Orlando &amp; co</title></book><!-- remark --></library>')
print(root.tag, root.attrib, [b.get("id") for b in root.iter("book")], root.findtext("book/title"), root.find("./book[@lent='yes']/title").text, len(root))
for book in root.findall("book"):
    ET.SubElement(book, "seen").text = "<" + book.get("id") + ">"
root[0].remove(root[0].find("year"))
ET.indent(root)
print(ET.tostring(root, encoding="unicode"))
