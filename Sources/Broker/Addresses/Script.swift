/// The scripts that a domain label may be written in.
///
/// Foundation does not tell a scalar's script, so this table holds the ranges that registries delegate; a letter
/// outside of it is refused rather than guessed.
enum Script: Sendable {
    case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, bengali, tamil, thai, georgian, hangul, kana, han

    /// Whether the letters are of one script.
    ///
    /// Japanese mixes Han and kana; digits, hyphens and marks are of any script.
    static func isOneScript(_ scalars: [Unicode.Scalar]) -> Bool {
        var seen: Set<Script> = []
        for scalar in scalars where !isCommon(scalar) {
            guard let script = Script(of: scalar) else { return false }
            seen.insert(script)
        }
        return seen.count <= 1 || seen.isSubset(of: [.han, .kana]) || seen.isSubset(of: [.han, .hangul])
    }

    private static func isCommon(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "-" || ("0"..."9").contains(scalar) { return true }
        return scalar.properties.generalCategory == .nonspacingMark && (0x300...0x36F).contains(scalar.value)
    }

    private init?(of scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x61...0x7A, 0xDF...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: self = .latin
        case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
        case 0x400...0x52F: self = .cyrillic
        case 0x561...0x587: self = .armenian
        case 0x5D0...0x5EA: self = .hebrew
        case 0x620...0x669, 0x66E...0x6D3: self = .arabic
        case 0x900...0x97F: self = .devanagari
        case 0x980...0x9FF: self = .bengali
        case 0xB80...0xBFF: self = .tamil
        case 0xE00...0xE7F: self = .thai
        case 0x10D0...0x10FF: self = .georgian
        case 0xAC00...0xD7A3: self = .hangul
        case 0x3041...0x30FF: self = .kana
        case 0x3400...0x4DBF, 0x4E00...0x9FFF: self = .han
        default: return nil
        }
    }
}
