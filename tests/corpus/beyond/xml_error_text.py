import xml.etree.ElementTree as ET

for bad in ("<a><b></a>", "", "<a>&nope;</a>", "<a x=1/>", "<a/><b/>"):
    try:
        ET.fromstring(bad)
    except ET.ParseError as error:
        print(error)
