// SPDX-License-Identifier: Apache-2.0

/// HTML text.
///
/// Interpolated strings are escaped; interpolated `HTML` is not, because it already is HTML.
struct HTML: ExpressibleByStringInterpolation {
    let text: String

    init(stringLiteral value: String) { text = value }

    init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// Pieces one after another, each made of an element.
    static func each<Element>(_ elements: some Sequence<Element>, _ piece: (Element) -> HTML) -> HTML {
        let text = elements.map { piece($0).text }.joined(separator: "\n")
        return HTML(stringLiteral: text)
    }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ html: HTML) { text += html.text }

        mutating func appendInterpolation(_ number: Int) { text += String(number) }

        mutating func appendInterpolation(_ unsafe: String) {
            for character in unsafe {
                switch character {
                case "&": text += "&amp;"
                case "<": text += "&lt;"
                case ">": text += "&gt;"
                case "\"": text += "&quot;"
                case "'": text += "&#39;"
                default: text.append(character)
                }
            }
        }
    }
}
