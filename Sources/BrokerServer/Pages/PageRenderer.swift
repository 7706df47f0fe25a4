import Mustache

/// Renders pages from the embedded templates.
package struct PageRenderer: Sendable {
    private let library: MustacheLibrary
    private let texts: Texts

    /// The templates of the pages, and those that they include.
    package static let templates = [
        IdentifyPage.template, ChoosePage.template, AutoPostPage.template, AskPage.template, CheckMailPage.template,
        SignedInPage.template, SignOutPage.template, SignedOutPage.template, ErrorPage.template, UnsavedPage.template,
        OfferPage.template, TestedPage.template, AccessDeniedPage.template, AccessRequestedPage.template,
        ClosedPage.template, BreakGlassPage.template,
        "layout", "support", "choice",
    ]

    /// Compiles every template, so that a missing or malformed one stops the start and not a login.
    package init(texts: Texts = .english) throws(PageRendererError) {
        try self.init(texts: texts) { WebAsset.named("templates/\($0).mustache")?.bytes }
    }

    /// Compiles the templates that `source` gives by name.
    package init(texts: Texts, source: (String) -> [UInt8]?) throws(PageRendererError) {
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        var library = MustacheLibrary()
        for name in Self.templates {
            guard let bytes = source(name) else { throw PageRendererError.missingTemplate(name) }
            do {
                try library.register(HTMLEscaping.pragma + String(decoding: bytes, as: UTF8.self), named: name)
            } catch {
                throw PageRendererError.invalidTemplate(name)
            }
        }
        self.library = library
        self.texts = texts
    }

    /// The page as a whole HTML document.
    package func render<P: Page>(_ page: P, chrome: Chrome) -> String {
        let words = page.words.merging(["product": chrome.productName]) { own, _ in own }
        let view = View(page: page, chrome: chrome, text: FilledTexts(texts: texts, words: words))
        // A page whose template is not in the list above cannot exist: a test renders each of them.
        return library.render(view, withTemplate: P.template) ?? ""
    }

    /// The three roots that a template may name.
    private struct View<P: Page> {
        let page: P
        let chrome: Chrome
        let text: FilledTexts
    }
}

/// Why the pages cannot be shown at all.
package enum PageRendererError: Error, Equatable, CustomStringConvertible {
    case missingTemplate(String)
    case invalidTemplate(String)

    package var description: String {
        switch self {
        case .missingTemplate(let name): "template \(name) is not embedded"
        case .invalidTemplate(let name): "template \(name) cannot be parsed"
        }
    }
}
