/// The parameters of the HTTP-Redirect binding as raw octets of a query, each at most once.
///
/// A signature covers octets, so nothing is decoded and encoded again: what is verified is what came, lower-case
/// escapes and all. There is one reading of the query, and values are decoded from the very slices that the signature
/// covers (CVE-2025-31335, CVE-2025-27773: the verifier took one parameter and the reader another).
struct RedirectQuery: Sendable {
    /// The names that the binding knows (SAML Bindings 3.4.4.1).
    enum Name: String, CaseIterable {
        case request = "SAMLRequest"
        case response = "SAMLResponse"
        case relayState = "RelayState"
        case signatureAlgorithm = "SigAlg"
        case signature = "Signature"
        case encoding = "SAMLEncoding"
    }

    /// The most octets of a query.
    static let maximumBytes = 128 << 10
    /// The most parameters.
    static let maximumParameters = 64

    private var values: [Name: ArraySlice<UInt8>] = [:]

    /// Takes a query apart.
    ///
    /// Other parameters may stand there; no signature covers them and nothing reads them.
    ///
    /// - Throws: `message_too_large`, `redirect_too_many_parameters`, `redirect_parameter_malformed`,
    ///   `redirect_name_escaped`, `redirect_parameter_repeated`.
    init(_ octets: [UInt8]) throws(SAMLError) {
        guard octets.count <= Self.maximumBytes else {
            throw SAMLError("message_too_large", "the query is longer than \(Self.maximumBytes) octets")
        }
        let pairs = octets.split(separator: UInt8(ascii: "&"), maxSplits: Self.maximumParameters)
        guard pairs.count <= Self.maximumParameters else {
            throw SAMLError(
                "redirect_too_many_parameters", "the query has more than \(Self.maximumParameters) parameters")
        }
        for pair in pairs { try add(pair) }
    }

    /// The raw value of a parameter; nil where it is absent.
    subscript(name: Name) -> ArraySlice<UInt8>? { values[name] }

    /// The unescaped value of a parameter; nil where it is absent.
    func decoded(_ name: Name) throws(SAMLError) -> String? {
        guard let raw = values[name] else { return nil }
        guard let text = PercentEncoding.decode(raw) else {
            throw SAMLError("redirect_parameter_malformed", "\(name.rawValue) is not percent-encoded UTF-8")
        }
        return text
    }

    /// What a signature covers: `SAMLRequest=..&RelayState=..&SigAlg=..`, in this order and as it came
    /// (SAML Bindings 3.4.4.1).
    func signedOctets(_ message: Name) -> [UInt8] {
        var octets: [UInt8] = []
        for name in [message, .relayState, .signatureAlgorithm] {
            guard let value = values[name] else { continue }
            if !octets.isEmpty { octets.append(UInt8(ascii: "&")) }
            octets += name.rawValue.utf8
            octets.append(UInt8(ascii: "="))
            octets += value
        }
        return octets
    }

    private mutating func add(_ pair: ArraySlice<UInt8>) throws(SAMLError) {
        let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
        let spelt = pair[..<end]
        guard let name = PercentEncoding.decode(spelt).map(Name.init(rawValue:)) else {
            throw SAMLError("redirect_parameter_malformed", "the name of a parameter is not percent-encoded UTF-8")
        }
        guard let name else { return }
        // A reader that unescapes names would see this one, a reader that compares octets would not.
        guard spelt.elementsEqual(name.rawValue.utf8) else {
            throw SAMLError("redirect_name_escaped", "\(name.rawValue) is spelt with escapes")
        }
        guard end < pair.endIndex else {
            throw SAMLError("redirect_parameter_malformed", "\(name.rawValue) has no value")
        }
        guard values.updateValue(pair[(end + 1)...], forKey: name) == nil else {
            throw SAMLError("redirect_parameter_repeated", "\(name.rawValue) is there twice")
        }
    }
}
