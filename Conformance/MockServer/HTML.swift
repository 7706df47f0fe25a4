// SPDX-License-Identifier: Apache-2.0

/// HTML text.
///
/// Interpolated strings are escaped; interpolated `HTML` is not, because it already is HTML.
package struct HTML: ExpressibleByStringInterpolation {
    /// The text.
    package let text: String

    package init(stringLiteral value: String) { text = value }

    package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    /// Pieces one after another, each made of an element.
    package static func each<Element>(_ elements: some Sequence<Element>, _ piece: (Element) -> HTML) -> HTML {
        let text = elements.map { piece($0).text }.joined(separator: "\n")
        return HTML(stringLiteral: text)
    }

    /// Builds the text.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        package mutating func appendLiteral(_ literal: String) { text += literal }

        package mutating func appendInterpolation(_ html: HTML) { text += html.text }

        package mutating func appendInterpolation(_ number: Int) { text += String(number) }

        package mutating func appendInterpolation(_ unsafe: String) {
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
