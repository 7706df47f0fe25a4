/// The colours of one scheme, derived from the brand colour.
struct Palette: Sendable {
    enum Scheme: Sendable, CaseIterable { case light, dark }

    /// The canvas, with a breath of the brand colour.
    let page: HexColor
    let card: HexColor
    let brand: HexColor
    /// Text on the brand colour: black or white, whichever is easier to read.
    let onBrand: HexColor
    let brandHover: HexColor
    /// The edge of the main button, visible on the card even when the brand colour is not.
    let brandEdge: HexColor
    /// Brand-coloured text and focus rings on canvas, card and tint.
    let accent: HexColor
    /// A quiet brand-coloured surface.
    let tint: HexColor

    init(brand: HexColor, scheme: Scheme) {
        let light = scheme == .light
        let ink = light ? HexColor.black : .white
        let card = light ? HexColor.white : HexColor(red: 23, green: 27, blue: 34)
        let canvas = light ? HexColor(red: 245, green: 246, blue: 248) : HexColor(red: 13, green: 16, blue: 21)
        let page = canvas.mixed(with: brand, share: 0.02)
        let tint = card.mixed(with: brand, share: light ? 0.09 : 0.2)
        let onBrand = HexColor.white.contrast(with: brand) >= 4.5 ? HexColor.white : Self.easier(on: brand)
        let accent = Self.readable(brand, toward: ink, on: [page, card, tint])
        self.page = page
        self.card = card
        self.brand = brand
        self.onBrand = onBrand
        self.brandHover = brand.mixed(with: onBrand == .white ? .black : .white, share: 0.14)
        self.brandEdge = brand.contrast(with: card) >= 3 ? brand : accent
        self.accent = accent
        self.tint = tint
    }

    var named: [(name: String, color: HexColor)] {
        [
            ("page", page), ("card", card), ("brand", brand), ("on-brand", onBrand), ("brand-hover", brandHover),
            ("brand-edge", brandEdge), ("accent", accent), ("tint", tint),
        ]
    }

    private static func easier(on color: HexColor) -> HexColor {
        HexColor.white.contrast(with: color) >= HexColor.black.contrast(with: color) ? .white : .black
    }

    /// The first step from `color` toward `ink` that reads on every surface.
    private static func readable(_ color: HexColor, toward ink: HexColor, on surfaces: [HexColor]) -> HexColor {
        for step in 0..<25 {
            let candidate = color.mixed(with: ink, share: Double(step) * 0.04)
            if surfaces.allSatisfy({ candidate.contrast(with: $0) >= 4.5 }) { return candidate }
        }
        return ink
    }
}
