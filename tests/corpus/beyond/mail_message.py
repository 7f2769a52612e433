from email import message_from_string
from email.message import EmailMessage
from email.utils import parseaddr

mail = EmailMessage()
mail["Subject"] = "Grüße aus Köln"
mail["From"] = "Ida <ida@example.org>"
mail["To"] = "jan@example.org, ute@example.org"
mail.set_content("Hello,\n\nsee the attachment.\n")
mail.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="a.bin")
mail.set_boundary("=====")
print(mail.as_string())
back = message_from_string(mail.as_string())
print(back.is_multipart(), [p.get_content_type() for p in back.walk()], parseaddr(back["From"]))
