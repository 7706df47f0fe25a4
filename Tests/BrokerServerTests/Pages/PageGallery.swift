import BrokerServer
import Foundation
import Testing

/// Writes every page to a folder, for a browser to look at: set VESTIBULE_PAGES_OUT.
@Suite struct PageGallery {
    static let folder = ProcessInfo.processInfo.environment["VESTIBULE_PAGES_OUT"]

    @Test(.enabled(if: folder != nil, "set VESTIBULE_PAGES_OUT to a folder"))
    func `writes every page with its assets`() throws {
        let folder = URL(filePath: try #require(Self.folder), directoryHint: .isDirectory)
        let assets = folder.appending(path: "vestibule/assets", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: assets, withIntermediateDirectories: true)
        for name in ["vestibule.css", "vestibule.js"] {
            try Data(try #require(WebAsset.published(name)).bytes).write(to: assets.appending(path: name))
        }
        try Data(ThemeStyle.css(for: SamplePages.theme).utf8).write(to: assets.appending(path: "theme.css"))
        let renderer = try PageRenderer()
        for (kind, samples) in [("full", SamplePages.full()), ("bare", SamplePages.bare)] {
            for sample in samples {
                let html = renderer.render(sample.page, chrome: SamplePages.plainChrome)
                try Data(html.utf8).write(to: folder.appending(path: "\(sample.name)-\(kind).html"))
            }
        }
    }
}
