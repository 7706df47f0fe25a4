package import Broker
import Foundation

/// How the broker proves to JSM's API who it is.
package enum JSMAccount: Sendable {
    /// Basic: an e-mail with an API token on Cloud, a user name with a password on Data Center.
    case basic(user: String, token: Secret<String>)
    /// A personal access token of Data Center.
    case bearer(Secret<String>)

    /// The value of the `Authorization` field.
    var authorization: String {
        switch self {
        case .basic(let user, let token): "Basic \(Data("\(user):\(token.reveal())".utf8).base64EncodedString())"
        case .bearer(let token): "Bearer \(token.reveal())"
        }
    }
}
