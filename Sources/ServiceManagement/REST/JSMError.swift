import Broker

/// Why a call of JSM's API did not do what it was made for.
package struct JSMError: Error, Sendable, CustomStringConvertible {
    /// The bounded cause, fit for a metric label.
    package enum Code: String, Sendable, CaseIterable {
        /// There was no answer.
        case unreachable
        /// The service account is not accepted.
        case unauthenticated
        /// The service account lacks a permission.
        case forbidden
        /// Nothing is there.
        case notFound = "not_found"
        /// What was to be made is there already.
        case duplicate
        /// JSM says that the request is wrong; on a list of people some may have been taken all the same.
        case rejected
        /// Too many calls, or JSM asks to come again later.
        case throttled
        /// JSM failed.
        case unavailable
        /// The answer is not what this API answers.
        case malformedAnswer = "malformed_answer"
        /// This product has no such call.
        case notPossible = "not_possible"
    }

    /// The bounded cause.
    package let code: Code
    /// What the operator needs to know: the call, the status and JSM's own words.
    package let detail: String
    /// For how long to leave JSM alone, where it said so.
    package let retryAfter: Duration?

    package init(_ code: Code, detail: String, retryAfter: Duration? = nil) {
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
    }

    init(_ error: TransportError) {
        self.init(.unreachable, detail: "\(error.code.rawValue): \(error.detail)")
    }

    /// What an operator reads: code, detail, and when to come again.
    package var failureText: String {
        let wait = retryAfter.map { "; try again in \($0.components.seconds + 1) s" } ?? ""
        return "\(code.rawValue), \(detail)\(wait)"
    }

    /// The code only.
    package var description: String { code.rawValue }
}
