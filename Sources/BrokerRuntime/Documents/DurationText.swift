/// Durations as operators write them: `30s`, `10m`, `8h`, `7d`, and sums such as `1h30m`.
package enum DurationText {
    private static let units: [(letter: Character, seconds: Int64)] = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)]

    /// Reads a duration; nil where the text is none, or longer than a century.
    package static func parse(_ text: String) -> Duration? {
        var (total, digits, last) = (Int64(0), "", Int64.max)
        guard !text.isEmpty else { return nil }
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = units.first(where: { $0.letter == character })?.seconds, unit < last,
                digits.utf8.count <= 10, let count = Int64(digits)
            else { return nil }
            total += count * unit
            (digits, last) = ("", unit)
        }
        return digits.isEmpty && total <= 36525 * 86400 ? .seconds(total) : nil
    }

    /// Writes whole seconds in the largest unit that divides them.
    package static func write(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let unit = units.first { seconds % $0.seconds == 0 && seconds != 0 } ?? ("s", 1)
        return "\(seconds / unit.seconds)\(unit.letter)"
    }
}
