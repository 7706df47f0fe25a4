// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Something that must never be seen in a log.
package struct IssuedSecret: Sendable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable {
        case clientSecret, code, accessToken, refreshToken, idToken, clientAssertion, session, samlMessage, xmlSignature
    }

    package let kind: Kind
    package let value: String
}

/// Keeps every secret that was given out, in order.
final class IssuedSecrets: Sendable {
    private let list = Mutex<[IssuedSecret]>([])

    var all: [IssuedSecret] { list.withLock { $0 } }

    func record(_ kind: IssuedSecret.Kind, _ value: String) {
        list.withLock { $0.append(IssuedSecret(kind: kind, value: value)) }
    }
}
