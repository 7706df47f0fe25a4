import BrokerServer
import Testing

@Suite struct PageURLTests {
    @Test(
        arguments: [
            "/", "/vestibule/start?rd=%2Fa&x=1", "https://idp.example/sso?a=b#c", "https://idp.example:8443/",
            "http://localhost:8080/x", "http://idp.localhost/x", "http://127.0.0.1:9/", "http://[::1]:9/",
        ])
    func `accepts paths, https and loopback`(string: String) {
        #expect(PageURL(string)?.description == string)
    }

    @Test(
        arguments: [
            "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " https://a.example/",
            "//evil.example/", "/\\evil.example", "\\\\evil.example", "data:text/html,x", "vbscript:x", "mailto:a@b.c",
            "http://evil.example/", "http://localhost.evil.example/", "http://evil.example/#.localhost",
            "https://", "https:evil.example", "https:///evil", "https://user@evil.example/",
            "https://a:b@evil.example/",
            "https://a.example/\n", "https://a.example/\"x", "https://a.example/<x", "relative", "https://é.example/",
            "http://user@localhost/",
        ])
    func `refuses everything that could run or lead elsewhere`(string: String) {
        #expect(PageURL(string) == nil)
    }

    @Test func `knows the origin of an absolute address`() {
        #expect(PageURL("https://cdn.example:8443/logo.svg")?.origin == "https://cdn.example:8443")
        #expect(PageURL("https://cdn.example/logo.svg")?.origin == "https://cdn.example")
        #expect(PageURL("/logo.svg")?.origin == nil)
    }

    @Test(
        arguments: [
            ("it@acme.example", "href=\"mailto:it@acme.example\""),
            ("https://acme.example/help", "href=\"https://acme.example/help\""),
        ])
    func `a support contact that can be clicked is a link`(contact: String, link: String) throws {
        let html = try PageRenderer().render(
            CheckMailPage(support: Support(contact: contact)), chrome: SamplePages.chrome)
        #expect(html.contains(link))
    }

    @Test(
        arguments: [
            "+49 30 1234", "javascript:alert(1)", "it@acme.example?bcc=x@evil.example", "a@b@c", "@acme.example",
            "http://acme.example/help", "Ask Bob in room 3",
        ])
    func `a support contact that is anything else is only text`(contact: String) throws {
        let html = try PageRenderer().render(
            CheckMailPage(support: Support(contact: contact)), chrome: SamplePages.chrome)
        #expect(!html.contains("<a "))
        #expect(html.contains(">\(contact)</span>"))
    }

    @Test func `the policy opens nothing but the logo's origin and https form targets`() {
        let theme = Theme(productName: "P", logo: PageURL("https://cdn.example/l.svg"), color: Theme.standard.color)
        #expect(
            PagePolicy.contentSecurityPolicy(theme: theme)
                == "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https://cdn.example; "
                + "form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'")
        #expect(
            PagePolicy.contentSecurityPolicy(theme: .standard).contains("img-src 'self'; form-action 'self' https:;"))
        #expect(
            PagePolicy.contentSecurityPolicy(theme: .standard, plainHTTP: true)
                .contains("form-action 'self' https: http:;"))
    }
}
