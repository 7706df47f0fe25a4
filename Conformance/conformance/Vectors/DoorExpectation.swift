// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a case of `forward-auth-cases.json` expects, read from its words.
///
/// `401` and `302` both mean *no session*: 401, or a redirect to the login. Where the answer is given in two steps, as for
/// nginx, the check says 401 or 403 and the answer endpoint says the rest.
struct DoorExpectation: Sendable, Equatable {
    /// What may happen to the request.
    enum Verdict: Sendable, Hashable {
        /// It passes, with the identity header set.
        case pass
        /// There is no session: 401, or a redirect to the login.
        case noSession
        /// It cannot be read in one way only.
        case badRequest
        case forbidden
        /// The decision cannot be made.
        case unavailable
    }

    /// Any of these will do; empty where only headers matter.
    var verdicts: Set<Verdict> = []
    /// A redirect goes to the configured host.
    var staysOnHost = false
    /// Cookies that open nothing are taken back.
    var clearsCookies = false
    /// Identity headers are the gate's own, each once.
    var identityIsOurs = false
    /// Every answer says `no-store`.
    var isNeverStored = false

    init(_ text: String) throws {
        for part in text.split(separator: ";").map({ $0.trimmingPrefix(while: { $0 == " " }) }) {
            try read(String(part))
        }
    }

    private mutating func read(_ part: String) throws {
        switch part {
        // Implied: no verdict but `pass` is a 2xx.
        case "never 2xx": return
        case "clear cookie", "clear cookies": clearsCookies = true
        case "header not forwarded", "upstream sees only alice once": identityIsOurs = true
        case "200+identity-headers": (verdicts, identityIsOurs) = ([.pass], true)
        case "302 to configured host": (verdicts, staysOnHost) = ([.noSession], true)
        case _ where part.hasPrefix("Cache-Control: no-store"): isNeverStored = true
        default: verdicts = Set(try Self.words(part).map(Self.verdict))
        }
    }

    /// `401-or-302-or-400` and `401 or 400`.
    private static func words(_ part: String) -> [String] {
        part.replacingOccurrences(of: "-or-", with: " or ").components(separatedBy: " or ")
    }

    private static func verdict(_ word: String) throws -> Verdict {
        switch word.split(separator: "-").first.map(String.init) ?? "" {
        case "200": .pass
        case "401", "302", "303": .noSession
        case "400": .badRequest
        case "403": .forbidden
        case "503", "500": .unavailable
        default: throw Unmet("unknown expectation \(word)")
        }
    }
}
