import BrokerCommands
import Foundation
import Testing

/// `vestibule provider new`.
@Suite struct `A new provider package` {
    private static let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Conformance/OutOfTreeProvider").standardized

    @Test func `is the one that the conformance runs build, prove and sign in with`() throws {
        for file in ProviderTemplate(name: "Northwind", vestibule: "../..").files {
            let text = try String(contentsOf: Self.sample.appending(path: file.path), encoding: .utf8)
            #expect(text == file.text, "\(file.path)")
        }
    }

    @Test func `is written under the vendor's name and nothing of the sample's is left`() async throws {
        let shell = try Shell()
        let result = await shell.runBare([
            "provider", "new", "Contoso", "--path", shell.path("contoso"), "--vestibule", "../broker",
        ])
        #expect(result.status == 0, "\(result.error)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: shell.path("contoso"))
        #expect(files.contains("Sources/ContosoProvider/ContosoProvider.swift"))
        #expect(files.contains("Sources/vestibule-contoso/main.swift"))
        for file in files where file.hasSuffix(".swift") {
            let text = try String(contentsOfFile: shell.path("contoso/\(file)"), encoding: .utf8)
            #expect(text.range(of: "northwind", options: .caseInsensitive) == nil, "\(file)")
        }
        let manifest = try String(contentsOfFile: shell.path("contoso/Package.swift"), encoding: .utf8)
        #expect(manifest.contains(#"path: "../broker""#))
    }

    @Test func `leaves a folder that exists as it is`() async throws {
        let shell = try Shell()
        try shell.write("taken", "mine")
        let result = await shell.runBare(["provider", "new", "Contoso", "--path", shell.path("taken")])
        #expect(result.status == 2)
        #expect(result.error.contains("nothing was written"))
        #expect(try String(contentsOfFile: shell.path("taken"), encoding: .utf8) == "mine")
    }

    @Test(arguments: ["contoso", "Con toso", "Con\"toso", "../Contoso", "", "C\u{f6}ntoso"])
    func `refuses what can be no name of a type`(_ name: String) async throws {
        let shell = try Shell()
        let result = await shell.runBare(["provider", "new", name, "--path", shell.path("new")])
        #expect(result.status != 0)
        #expect(!FileManager.default.fileExists(atPath: shell.path("new")))
    }

    @Test func `refuses a path that would end the manifest's text`() async throws {
        let shell = try Shell()
        let result = await shell.runBare([
            "provider", "new", "Contoso", "--path", shell.path("new"), "--vestibule", "x\"), exit(1",
        ])
        #expect(result.status != 0)
        #expect(!FileManager.default.fileExists(atPath: shell.path("new")))
    }
}
