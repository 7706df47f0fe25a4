/// The frame around every page of one site.
///
/// Make it once; it hashes the stylesheets for their URLs.
package struct Chrome: Sendable {
    /// BCP 47 language of the texts.
    let language: String
    let productName: String
    /// Stands for the logo where there is none.
    let initial: String
    let logo: PageURL?
    let stylesheet: String
    let themeStylesheet: String
    let script: String

    /// The path under which ``WebAsset/published(_:)`` and the theme are served.
    package static let assetsPath = "/vestibule/assets/"

    package init(theme: Theme, texts: Texts = .english) {
        language = texts.language
        productName = theme.productName
        initial = Choice.initial(of: theme.productName)
        logo = theme.logo
        stylesheet = Self.path(of: "vestibule.css")
        themeStylesheet = Self.path(of: "theme.css", version: WebAsset.version(of: ThemeStyle.css(for: theme).utf8))
        script = Self.path(of: "vestibule.js")
    }

    private static func path(of name: String) -> String {
        path(of: name, version: WebAsset.published(name)?.version ?? "0")
    }

    private static func path(of name: String, version: String) -> String {
        "\(assetsPath)\(name)?v=\(version)"
    }
}
