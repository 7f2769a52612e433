from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.text = [], []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs).get("href"))

    def handle_data(self, data):
        if data.strip():
            self.text.append(data.strip())


page = Links()
page.feed('<p>See <a href="/docs?x=1&amp;y=2">the docs</a> or <A HREF=other.html>this</A>&hellip;<br/></p><!-- no -->')
print(page.links, page.text)
print([urljoin("http://example.org/a/b/c.html", link) for link in (*page.links, "../up", "//host/x", "#f")])
parts = urlsplit("https://user:pw@Example.org:8443/p%20q/;v?a=1&a=2&b=&c#frag")
print(parts, parts.hostname, parts.port, parts.username, parse_qs(parts.query, keep_blank_values=True), urlunsplit(parts._replace(scheme="ftp", query="")))
print(quote("a b/ü?&"), quote("a/b", safe=""), unquote("%C3%BC+x"), urlencode({"q": "tea & milk", "n": [1, 2]}, doseq=True), escape("<a href='x'>&</a>"), unescape("&lt;&eacute;&#x41;&amp;&notanentity;"))
