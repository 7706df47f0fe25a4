import BrokerServer
import Testing

@Suite struct ThemeStyleTests {
    /// The corners of the colour cube and what brands tend to pick.
    static let colors = [
        "#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff", "#777777", "#7f7f7f",
        "#1d4ed8", "#ffd500", "#0b1f4d", "#e4002b", "#fafafa", "#0052cc", "#36b37e", "#ff8b00", "#6554c0", "#111827",
    ]

    /// The custom properties for light and dark.
    private func schemes(_ color: String) throws -> [[String: HexColor]] {
        let theme = Theme(productName: "P", logo: nil, color: try #require(HexColor(color)))
        let parts = ThemeStyle.css(for: theme).split(separator: "@media (prefers-color-scheme: dark)")
        try #require(parts.count == 2)
        return parts.map { part in
            part.matches(of: #/--([a-z-]+): (#[0-9a-f]{6});/#).reduce(into: [:]) { properties, match in
                properties[String(match.1)] = HexColor(String(match.2))
            }
        }
    }

    @Test(arguments: colors)
    func `text and edges are readable with any brand colour, light and dark`(color: String) throws {
        for scheme in try schemes(color) {
            func ratio(_ one: String, _ two: String) throws -> Double {
                try #require(scheme[one]).contrast(with: #require(scheme[two]))
            }
            #expect(scheme["brand"] == HexColor(color))
            #expect(try ratio("on-brand", "brand") >= 4.5)
            #expect(try ratio("on-brand", "brand-hover") >= 4.5)
            for surface in ["page", "card", "tint"] { #expect(try ratio("accent", surface) >= 4.5) }
            #expect(try ratio("brand-edge", "card") >= 3)
        }
    }

    /// The neutral colours stand in the static stylesheet, the surfaces they lie on in the theme.
    @Test(arguments: colors)
    func `neutral text is readable on every themed surface`(color: String) throws {
        let asset = try #require(WebAsset.published("vestibule.css"))
        let css = String(decoding: asset.bytes, as: UTF8.self)
        for name in ["text", "muted", "bad"] {
            let values = css.matches(of: try Regex("--\(name): (#[0-9a-f]{6});")).compactMap { match in
                match.output[1].substring.flatMap { HexColor(String($0)) }
            }
            try #require(values.count == 2)
            for (value, scheme) in zip(values, try schemes(color)) {
                for surface in ["page", "card"] {
                    #expect(value.contrast(with: try #require(scheme[surface])) >= 4.5, "\(name) on \(surface)")
                }
            }
        }
    }

    @Test func `every custom property that the stylesheet uses is defined`() throws {
        let asset = try #require(WebAsset.published("vestibule.css"))
        let css = String(decoding: asset.bytes, as: UTF8.self)
        let used = Set(css.matches(of: #/var\(--([a-z-]+)\)/#).map { String($0.1) })
        let own = Set(css.matches(of: #/--([a-z-]+):/#).map { String($0.1) })
        let themed = Set(try schemes("#1d4ed8")[0].keys)
        #expect(used.subtracting(own).subtracting(themed).isEmpty)
        #expect(themed.subtracting(used).isEmpty)
    }

    @Test func `contrast is that of WCAG`() throws {
        let white = try #require(HexColor("#fff")), black = try #require(HexColor("#000"))
        #expect(abs(white.contrast(with: black) - 21) < 0.001)
        #expect(abs(try #require(HexColor("#777777")).contrast(with: white) - 4.478) < 0.001)
    }

    @Test(arguments: [("#1D4ed8", "#1d4ed8"), ("#abc", "#aabbcc"), ("#000", "#000000")])
    func `a colour is read`(written: String, read: String) {
        #expect(HexColor(written)?.description == read)
    }

    @Test(
        arguments: [
            "", "#", "#12", "#1234", "#12345", "#1234567", "1d4ed8", "red", "#gggggg", "#1d4ed8;", "#1d4e d8",
            "#fff}body{", "#é23", "#١٢٣",
        ])
    func `anything else is no colour`(written: String) {
        #expect(HexColor(written) == nil)
    }
}
