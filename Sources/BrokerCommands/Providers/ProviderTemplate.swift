/// A package with a provider module, as `vestibule provider new` writes it.
///
/// `Conformance/OutOfTreeProvider` is what comes out for the name Northwind; a test compares the two.
package struct ProviderTemplate: Sendable {
    /// One file of the package.
    package struct File: Sendable, Hashable {
        /// Where it is, from the package's folder.
        package let path: String
        /// What it says.
        package let text: String
    }

    let name: String
    let vestibule: String

    /// A package for a vendor of this name; `vestibule` is the path of the broker's own package.
    package init(name: String, vestibule: String) {
        self.name = name
        self.vestibule = vestibule
    }

    /// The provider kind, a word of the configuration.
    var kind: String { name.lowercased() }

    /// Every file.
    package var files: [File] {
        let tests = "Tests/\(name)ProviderTests"
        return [
            File(path: "Package.swift", text: manifest), File(path: ".gitignore", text: ignored),
            File(path: "Sources/\(name)Provider/\(name)Provider.swift", text: module),
            File(path: "Sources/\(name)Provider/\(name)Provider+Settings.swift", text: settings),
            File(path: "Sources/vestibule-\(kind)/main.swift", text: main),
            File(path: "\(tests)/\(name)ProviderTests.swift", text: proof),
        ]
    }

    /// Whether a text can be part of the name of a type and of a kind.
    static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Z][A-Za-z0-9]{0,39}/) != nil
    }

    /// Whether a text can stand between quotes in a manifest.
    static func isPath(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0 != "\"" && $0 != "\\" }
    }
}
