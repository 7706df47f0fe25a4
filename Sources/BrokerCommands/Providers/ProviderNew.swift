import ArgumentParser
import Foundation

/// `vestibule provider new`.
struct ProviderNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write a package with a provider module of your own, ready to build.",
        discussion: """
            The package has a module over OpenID Connect with the three hooks where a vendor differs, its settings, its \
            proof by ConformanceKit, and an executable: a broker that knows this kind. Nothing in the broker's own \
            package changes. Build it with: swift build --package-path DIR
            """)

    @Argument(help: "The vendor's name in letters and digits, such as Northwind; the kind is the same in lower case.")
    var name: String
    @Option(help: "The folder to write; NAME-provider here unless said. It must not exist.") var path: String?
    @Option(help: "Where the broker's own package is, as seen from that folder.") var vestibule = "../vestibule"

    func validate() throws {
        guard ProviderTemplate.isName(name) else {
            throw ValidationError("the name must begin with a capital letter, and be letters and digits: Northwind")
        }
        guard ProviderTemplate.isPath(vestibule) else {
            throw ValidationError("--vestibule must be a path without quotes, backslashes and line ends")
        }
    }

    func run() async throws {
        let template = ProviderTemplate(name: name, vestibule: vestibule)
        let folder = URL(fileURLWithPath: path ?? "\(template.kind)-provider")
        guard !FileManager.default.fileExists(atPath: folder.path) else {
            throw CommandFailure("\(folder.path) exists already; nothing was written", .usage)
        }
        for file in template.files { try write(file, below: folder) }
        let output = CommandContext.current.output
        output.line("\(template.files.count) files in \(folder.path)")
        output.line("next: swift test --package-path \(folder.path)")
    }

    private func write(_ file: ProviderTemplate.File, below folder: URL) throws {
        let place = folder.appending(path: file.path)
        do {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(file.text.utf8).write(to: place)
        } catch {
            throw CommandFailure("\(place.path) cannot be written: \(error.localizedDescription)")
        }
    }
}
