import BrokerServer
import Testing

@Suite struct HostileTextTests {
    /// A combining mark makes one Swift character of itself and the quote before it; a browser sees the quote.
    static let hostile = [
        "\"><script>alert(1)</script>", "' onfocus='alert(1)", "\"\u{301} autofocus onfocus=alert(1) x=\"\u{301}",
        "<\u{338}script>", "<\u{200D}img src=x>", "&lt;script&gt;", "\u{FE0F}\"\u{FE0F}'\u{FE0F}<\u{FE0F}",
    ]

    @Test(arguments: hostile)
    func `text never leaves its place, whatever scalars it is made of`(text: String) throws {
        let renderer = try PageRenderer()
        let safe = SamplePages.full(text: "x"), attacked = SamplePages.full(text: text)
        for (plain, hostile) in zip(safe, attacked) {
            let expected = renderer.render(plain.page, chrome: SamplePages.chrome)
            let html = renderer.render(hostile.page, chrome: SamplePages.chrome)
            #expect(Self.markup(of: html) == Self.markup(of: expected), "\(plain.name)")
        }
    }

    /// How often each character that means something to an HTML parser stands in a document.
    private static func markup(of html: String) -> [Unicode.Scalar: Int] {
        let marks: Set<Unicode.Scalar> = ["<", ">", "\"", "'"]
        return html.unicodeScalars.reduce(into: [:]) { counts, scalar in
            if marks.contains(scalar) { counts[scalar, default: 0] += 1 }
        }
    }

    @Test func `an ampersand is escaped once`() throws {
        let page = SignedOutPage(signIn: SamplePages.url("/start?a=1&b=2"), provider: "R&D &lt;")
        let html = try PageRenderer().render(page, chrome: SamplePages.chrome)
        #expect(html.contains("href=\"/start?a=1&amp;b=2\""))
        #expect(html.contains("R&amp;D &amp;lt;"))
    }

    @Test func `a value with braces or tags in it is shown as it is`() throws {
        let page = SignedInPage(
            name: "{{chrome.language}} {product}", email: "{email}", portal: SamplePages.url("/"),
            signOut: SamplePages.url("/"), csrf: "c")
        let html = try PageRenderer().render(page, chrome: SamplePages.chrome)
        #expect(html.contains("<dd>{{chrome.language}} {product}</dd>"))
        #expect(html.contains("<dd>{email}</dd>"))
    }

    @Test func `a word of one sentence is not filled in twice`() throws {
        let page = SignedOutPage(signIn: SamplePages.url("/"), provider: "{product}{provider}")
        let html = try PageRenderer().render(page, chrome: SamplePages.chrome)
        #expect(html.contains("signed in at {product}{provider}."))
    }

    @Test func `a hidden value arrives octet for octet, newlines too`() throws {
        let value = "first\nsecond\n\n  third"
        let page = AutoPostPage(
            action: SamplePages.url("https://idp.example/sso"), fields: [HiddenField(name: "submit", value: value)])
        let html = try PageRenderer().render(page, chrome: SamplePages.chrome)
        #expect(html.contains("name=\"submit\" value=\"\(value)\">"))
    }

    @Test func `a product name is escaped in the frame`() throws {
        let theme = Theme(productName: "<b>\"\u{301}", logo: SamplePages.url("/l.svg"), color: Theme.standard.color)
        let html = try PageRenderer().render(CheckMailPage(), chrome: Chrome(theme: theme))
        #expect(!html.contains("<b>"))
        #expect(html.contains("alt=\"&lt;b&gt;&quot;\u{301}\""))
    }
}
