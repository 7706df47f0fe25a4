import BrokerServer
import Foundation
import Testing

@Suite struct TemplateTests {
    static let renderer = Result { try PageRenderer() }

    /// An unknown name renders as nothing and nobody would notice.
    @Test(arguments: SamplePages.full())
    func `every tag of a template names a value that its page has`(sample: SamplePages.Sample) throws {
        var walk = TagWalk(page: sample.page, chrome: SamplePages.chrome, texts: .english)
        try walk.walk(TemplateTag.parse(template: type(of: sample.page).template), inside: nil)
        #expect(walk.unknown.isEmpty)
        #expect(walk.unseen.isEmpty)
    }

    @Test func `the tag check notices a name that does not exist`() throws {
        let page = UnsavedPage(signIn: SamplePages.url("/"))
        var walk = TagWalk(page: page, chrome: SamplePages.chrome, texts: .english)
        let tags: [TemplateTag] = [
            .value("page.signin"), .value("text.nothing"), .value("signIn"), .section("page.signIn", [.value(".x")]),
        ]
        try walk.walk(tags, inside: nil)
        #expect(walk.unknown == ["page.signin", "text.nothing", "signIn", ".x"])
    }

    @Test(arguments: SamplePages.full())
    func `every value of a page is shown by its template`(sample: SamplePages.Sample) throws {
        var walk = TagWalk(page: sample.page, chrome: SamplePages.chrome, texts: .english)
        try walk.walk(TemplateTag.parse(template: type(of: sample.page).template), inside: nil)
        let fields = Mirror(reflecting: sample.page).children.compactMap(\.label)
        let unused = fields.filter { field in
            !walk.used.contains("page.\(field)") && !walk.used.contains { $0.hasPrefix("page.\(field).") }
        }
        #expect(unused.isEmpty)
    }

    @Test func `every text of the catalogue is used by a template`() throws {
        var used: Set<String> = []
        for sample in SamplePages.full() {
            var walk = TagWalk(page: sample.page, chrome: SamplePages.chrome, texts: .english)
            try walk.walk(TemplateTag.parse(template: type(of: sample.page).template), inside: nil)
            used.formUnion(walk.used)
        }
        #expect(Texts.english.strings.keys.filter { !used.contains("text.\($0)") }.sorted() == [])
    }

    @Test(arguments: PageRenderer.templates)
    func `no template has a raw tag, inline code or an unquoted value`(template: String) throws {
        let source = try TemplateTag.source(of: template)
        #expect(!source.contains("{{{"))
        #expect(source.firstMatch(of: #/\{\{\s*[&%=]/#) == nil)
        #expect(source.firstMatch(of: #/\sstyle\s*=|\son[a-z]+\s*=|<style/#.ignoresCase()) == nil)
        #expect(source.matches(of: #/<script[^>]*>/#).allSatisfy { $0.0.contains(" src=") })
        #expect(source.firstMatch(of: #/=\s*\{\{/#) == nil)
        #expect(!source.contains("='"))
    }

    /// swift-mustache repeats the indentation of an inclusion after every newline of a value, inside attributes too.
    @Test(arguments: PageRenderer.templates)
    func `inclusions and blocks stand at the start of a line`(template: String) throws {
        let source = try TemplateTag.source(of: template)
        #expect(source.firstMatch(of: #/(?m)^[ \t]+\{\{[<>$]/#) == nil)
    }

    @Test(arguments: PageRenderer.templates)
    func `every form posts and carries the login's handle, a CSRF token or a secret that is typed`(
        template: String
    ) throws {
        let forms = try TemplateTag.source(of: template).matches(of: #/(?s)<form.*?</form>/#).map { String($0.0) }
        for form in forms where !form.contains("data-autosubmit") {
            #expect(form.contains("method=\"post\""))
            #expect(
                form.contains("name=\"\(FormField.transaction)\" value=\"{{page.transaction}}\"")
                    || form.contains("name=\"\(FormField.csrf)\" value=\"{{page.csrf}}\"")
                    || template == BreakGlassPage.template)
        }
    }

    @Test func `templates and handlers use the same field names`() throws {
        let fields = [
            ("identify", [FormField.transaction, FormField.email, FormField.connection, FormField.forget]),
            ("choice", [FormField.connection]), ("sign-out", [FormField.csrf, FormField.question]),
            ("signed-in", [FormField.csrf]),
            ("offer", [FormField.csrf, FormField.cancel]),
            ("access-denied", [FormField.csrf, FormField.portal, FormField.message]),
        ]
        for (template, names) in fields {
            let source = try TemplateTag.source(of: template)
            for name in names { #expect(source.contains("name=\"\(name)\"")) }
        }
    }

    @Test(arguments: SamplePages.full() + SamplePages.bare)
    func `every page renders whole, with nothing left to fill in`(sample: SamplePages.Sample) throws {
        for chrome in [SamplePages.chrome, SamplePages.plainChrome] {
            let html = try Self.renderer.get().render(sample.page, chrome: chrome)
            #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"))
            #expect(html.hasSuffix("</html>\n"))
            #expect(html.contains("<h1>"))
            #expect(!html.contains("{") && !html.contains("}"))
            #expect(!html.contains("Optional(") && !html.contains("nil"))
        }
    }

    @Test(arguments: PageRenderer.templates)
    func `refuses to start without a template`(missing: String) {
        #expect(throws: PageRendererError.missingTemplate(missing)) {
            try PageRenderer(texts: .english) { name in
                name == missing ? nil : WebAsset.named("templates/\(name).mustache")?.bytes
            }
        }
    }

    @Test func `refuses to start with a template that does not parse`() {
        #expect(throws: PageRendererError.invalidTemplate("error")) {
            try PageRenderer(texts: .english) { name in
                name == "error" ? Array("{{#page.title}}".utf8) : WebAsset.named("templates/\(name).mustache")?.bytes
            }
        }
    }
}
