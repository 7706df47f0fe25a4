package import Broker

/// What a request for UserInfo brings.
package struct BearerContext: Sendable {
    /// The `Authorization` header.
    package let authorization: Secret<String>?
    /// The form of the body; nil where there is none.
    package let form: RequestParameters?
    /// The query.
    package let query: RequestParameters?

    package init(authorization: Secret<String>?, form: RequestParameters?, query: RequestParameters?) {
        self.authorization = authorization
        self.form = form
        self.query = query
    }

    /// RFC 6750 2.1.
    fileprivate var inHeader: String? {
        guard let parts = authorization?.reveal().split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return String(parts[1])
    }
}

/// How an access token comes (RFC 6750 2).
package enum BearerCredentials {
    package typealias Check = ProviderCheck<BearerContext>

    /// Every check.
    package static let all: [Check] = [notInQuery, oneMethod]

    /// RFC 6750 2.3, RFC 9700 4.3.2: what stands in a URL stands in logs.
    package static let notInQuery = Check("not in the query", clause: "RFC 6750 2.3", rule: "M53") { context in
        context.query?["access_token"] == nil ? nil : .init(.invalidRequest, "access_token is in the query")
    }

    /// RFC 6750 2: one way only.
    package static let oneMethod = Check("one way", clause: "RFC 6750 2") { context in
        context.inHeader != nil && context.form?["access_token"] != nil
            ? .init(.invalidRequest, "there are two access tokens") : nil
    }

    /// The token; nil where the request has none.
    package static func read(_ context: BearerContext) throws(ProviderError) -> Secret<String>? {
        try Check.run(all, on: context)
        return (context.inHeader ?? context.form?["access_token"]).map { Secret($0) }
    }
}
