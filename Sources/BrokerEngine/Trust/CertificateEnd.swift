package import Broker

/// Says in time that a trusted key's certificate ends.
package enum CertificateEnd {
    /// How long before its end a certificate is spoken of.
    package static let notice = Duration.seconds(30 * 86400)

    /// What to tell the operator of a trusted key; nil while nothing is near.
    package static func warning(of key: TrustStatus.Key, at now: Timestamp) -> String? {
        guard let end = key.notAfter, end - now <= notice else { return nil }
        guard end > now else { return "certificate \(key.id) has ended on \(end.day); ask the IdP for the next one" }
        let days = (end - now).wholeSeconds / 86400
        let time = days == 0 ? "within a day" : days == 1 ? "in 1 day" : "in \(days) days"
        return "certificate \(key.id) ends \(time); ask the IdP for the next one"
    }
}

extension Timestamp {
    /// The day in UTC, such as `2027-01-31`.
    package var day: String { String(rfc3339.prefix { $0 != "T" }) }
}
