import BrokerServer
import CWebAssets
import Foundation
import Testing

@Suite struct WebAssetTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Sources/CWebAssets/assets").standardized

    private func filesOnDisk() throws -> [String: [UInt8]] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.folder.path(percentEncoded: false))
        return try paths.reduce(into: [:]) { files, path in
            let url = Self.folder.appending(path: path)
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { return }
            files[path] = Array(try Data(contentsOf: url))
        }
    }

    @Test func `the table holds the asset folder, file for file and byte for byte`() throws {
        let onDisk = try filesOnDisk()
        try #require(!onDisk.isEmpty)
        #expect(WebAsset.all.keys.sorted() == onDisk.keys.sorted())
        for (name, bytes) in onDisk { #expect(WebAsset.named(name)?.bytes == bytes, "\(name) is stale") }
        #expect(WebAsset.all.count == CWebAssetCount())
    }

    @Test func `the table ends where it says`() {
        #expect(CWebAssetAt(CWebAssetCount()) == nil)
    }

    @Test func `every embedded template is one that the renderer loads`() {
        let embedded = WebAsset.all.keys.filter { $0.hasPrefix("templates/") }
        #expect(embedded.sorted() == PageRenderer.templates.map { "templates/\($0).mustache" }.sorted())
    }

    @Test(arguments: ["layout.mustache", "../templates/layout.mustache", "templates/layout.mustache", "", "."])
    func `templates are not published`(name: String) {
        #expect(WebAsset.published(name) == nil)
    }

    @Test func `published files have a type and a version that names their bytes`() throws {
        let css = try #require(WebAsset.published("vestibule.css")),
            js = try #require(WebAsset.published("vestibule.js"))
        #expect(css.contentType == "text/css; charset=utf-8")
        #expect(js.contentType == "text/javascript; charset=utf-8")
        #expect(css.version.count == 16 && css.version != js.version)
    }

    @Test func `a page asks for its assets by version, and another colour by another one`() throws {
        func themed(_ color: String) throws -> String {
            let theme = Theme(productName: "P", logo: nil, color: try #require(HexColor(color)))
            let html = try PageRenderer().render(CheckMailPage(), chrome: Chrome(theme: theme))
            return String(try #require(html.firstMatch(of: #/theme\.css\?v=([0-9a-f]{16})"/#)).1)
        }
        #expect(try themed("#1d4ed8") != themed("#1d4ed9"))
        #expect(try themed("#1d4ed8") == themed("#1d4ed8"))
        let html = try PageRenderer().render(CheckMailPage(), chrome: SamplePages.chrome)
        let css = try #require(WebAsset.published("vestibule.css"))
        #expect(html.contains("href=\"/vestibule/assets/vestibule.css?v=\(css.version)\""))
    }
}
