/// Punycode (RFC 3492) with the parameters of IDNA.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26

    /// Encodes the scalars of a label, without the `xn--` prefix.
    static func encode(_ label: String) -> String? {
        let input = label.unicodeScalars.map { Int($0.value) }
        var output = input.filter { $0 < 128 }
        let basic = output.count
        if basic > 0 { output.append(45) }
        var (n, delta, bias, handled) = (128, 0, 72, basic)
        while handled < input.count {
            guard let next = input.filter({ $0 >= n }).min() else { return nil }
            delta += (next - n) * (handled + 1)
            n = next
            for code in input {
                if code < n { delta += 1 }
                guard code == n else { continue }
                appendVariableLength(delta, bias: bias, to: &output)
                bias = adapt(delta, count: handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return String(String.UnicodeScalarView(output.compactMap { Unicode.Scalar(UInt8($0)) }))
    }

    /// Decodes an encoded label, without the `xn--` prefix; nil where it is not one.
    static func decode(_ code: String) -> String? {
        let octets = code.utf8.map(Int.init)
        let delimiter = octets.lastIndex(of: 45)
        var output = delimiter.map { Array(octets[..<$0]) } ?? []
        var position = delimiter.map { $0 + 1 } ?? 0
        var (n, i, bias) = (128, 0, 72)
        while position < octets.count {
            let before = i
            var (weight, k) = (1, base)
            while true {
                guard position < octets.count, let digit = value(octets[position]) else { return nil }
                position += 1
                i += digit * weight
                let threshold = min(max(k - bias, tMin), tMax)
                if digit < threshold { break }
                weight *= base - threshold
                k += base
                guard i < 1 << 40, weight < 1 << 40 else { return nil }
            }
            bias = adapt(i - before, count: output.count + 1, isFirst: before == 0)
            n += i / (output.count + 1)
            i %= output.count + 1
            guard n <= 0x10FFFF, output.count < 63 else { return nil }
            output.insert(n, at: i)
            i += 1
        }
        var scalars = String.UnicodeScalarView()
        for value in output {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    private static func appendVariableLength(_ delta: Int, bias: Int, to output: inout [Int]) {
        var (quotient, k) = (delta, base)
        while true {
            let threshold = min(max(k - bias, tMin), tMax)
            if quotient < threshold { break }
            output.append(digit(threshold + (quotient - threshold) % (base - threshold)))
            quotient = (quotient - threshold) / (base - threshold)
            k += base
        }
        output.append(digit(quotient))
    }

    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k = 0
        while delta > ((base - tMin) * tMax) / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + 38)
    }

    private static func digit(_ value: Int) -> Int { value < 26 ? value + 97 : value + 22 }

    private static func value(_ octet: Int) -> Int? {
        switch octet {
        case 97...122: octet - 97
        case 48...57: octet - 22
        default: nil
        }
    }
}
