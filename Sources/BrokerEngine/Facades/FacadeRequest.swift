package import Broker
package import BrokerModel
package import Foundation

/// What came in below a facade's root.
package struct FacadeRequest: Sendable {
    /// The methods that facades know.
    package enum Method: String, Sendable { case get, post }

    /// The method; HEAD is GET.
    package var method: Method
    /// The path below the root without a leading slash, such as `token`; empty for the root itself.
    package var route: String
    /// The raw query, without the question mark.
    package var query: String
    /// The raw body, bounded.
    package var body: Data
    /// The body's media type as it was sent.
    package var contentType: String?
    /// The `Authorization` header, where there is exactly one.
    package var authorization: Secret<String>?
    /// The session handle that the browser has, if any.
    ///
    /// A cross-site POST carries none.
    package var handle: Secret<String>?
    /// The browser's languages, best first.
    package var locales: [String]

    /// The largest body.
    package static let maximumBodyOctets = 384 * 1024
    /// The longest query.
    package static let maximumQueryOctets = 16 * 1024

    package init(
        method: Method, route: String, query: String = "", body: Data = Data(), contentType: String? = nil,
        authorization: Secret<String>? = nil, handle: Secret<String>? = nil, locales: [String] = []
    ) {
        self.method = method
        self.route = route
        self.query = query
        self.body = body
        self.contentType = contentType
        self.authorization = authorization
        self.handle = handle
        self.locales = locales
    }

    /// The parameters of the query (GET) or of the posted form, each at most once.
    ///
    /// - Throws: `malformed_request`.
    package func parameters() throws(FacadeError) -> CallbackParameters {
        if method == .post, contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") != true {
            throw FacadeError(.malformedRequest, detail: "the body is not a form")
        }
        do throws(LoginError) {
            return try CallbackParameters(formEncoded: method == .get ? Data(query.utf8) : body)
        } catch {
            throw FacadeError(.malformedRequest, detail: error.detail)
        }
    }
}

/// What a facade answers.
package enum FacadeResponse: Sendable {
    /// A document, mostly for programs. Where it refuses, `refusal` is recorded.
    case document(FacadeDocument, refusal: FacadeError? = nil)
    /// The browser goes on. Where that brings a refusal to the site, `refusal` is recorded.
    case step(FacadeStep, refusal: FacadeError? = nil)
    /// The person signs in first; then the browser asks for `resume`.
    case signIn(FacadeSignIn)
    /// The session ends, here and at the other sites and at the IdP.
    case signOut(FacadeSignOut)
    /// The same once the person has said yes on a page of ours.
    case confirmSignOut(FacadeSignOut)
    /// The site answered a sign-out that was begun here.
    case signOutAnswered(state: String, isComplete: Bool)
}

/// A document.
package struct FacadeDocument: Sendable {
    /// The HTTP status.
    package var status: Int
    /// The media type.
    package var contentType: String
    /// The octets.
    package var body: Data
    /// How long it may be kept; nil forbids it.
    package var maxAge: Duration?
    /// The `WWW-Authenticate` header.
    package var challenge: String?

    package init(
        status: Int = 200, contentType: String, body: Data, maxAge: Duration? = nil, challenge: String? = nil
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.maxAge = maxAge
        self.challenge = challenge
    }
}

/// What has to happen before a facade can answer.
package struct FacadeSignIn: Sendable {
    /// Where the browser comes back to, below the root, such as `resume?request=...`.
    package var resume: String
    /// How strong and how recent the sign-in must be.
    package var requirements: AuthenticationRequirements
    /// Whom the site says that it is, to fill in a form.
    package var loginHint: String?

    package init(resume: String, requirements: AuthenticationRequirements = .none, loginHint: String? = nil) {
        self.resume = resume
        self.requirements = requirements
        self.loginHint = loginHint
    }
}

/// A sign-out that a site asked for.
package struct FacadeSignOut: Sendable {
    /// The session, where the request proves which: the browser's own cookie says nothing here.
    ///
    /// Nil means whichever session the browser has, once the person has said yes.
    package var session: SessionID?
    /// What `concludeSignOut` is given in the end; nil ends on our own page.
    package var conclusion: Data?

    package init(session: SessionID?, conclusion: Data? = nil) {
        self.session = session
        self.conclusion = conclusion
    }
}
