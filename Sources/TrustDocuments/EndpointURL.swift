import Broker
package import Foundation

/// Where an IdP may say that it listens.
package enum EndpointURL {
    /// An absolute https URL without user name and fragment; http where nothing leaves the machine.
    ///
    /// Browsers are sent there: `javascript:` and its like must not come out of a document (S26).
    package static func parse(_ text: String) -> URL? {
        guard (1...2048).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text), let host = url.host(), !host.isEmpty, url.user() == nil,
            url.password() == nil, url.fragment() == nil
        else { return nil }
        let scheme = url.scheme?.lowercased()
        return scheme == "https" || (scheme == "http" && LoopbackHost.matches(host)) ? url : nil
    }
}
