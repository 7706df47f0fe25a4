import Broker
package import BrokerModel

/// One setting of a JSM that may let somebody in beside the sign-in.
package struct PostureCheck: Sendable {
    /// What was found.
    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Closed.
        case pass
        /// Open.
        case fail
        /// Cannot be told from outside.
        case unknown
    }

    /// Its short name.
    package let name: String
    /// What it is about, as a question that `pass` answers with no.
    package let question: String
    /// What to ask JSM as somebody who is not signed in; nothing where that tells nothing.
    let probes: @Sendable (Site) -> [String]
    /// What one answer tells.
    let judge: @Sendable (PostureAnswer) -> Verdict
    /// What to click where it is open, or look at where it cannot be told.
    package let advice: @Sendable (Site.Kind) -> String

    /// What some answers tell together: one open door is enough.
    func verdict(of answers: [PostureAnswer]) -> Verdict {
        let verdicts = answers.map(judge)
        if verdicts.contains(.fail) { return .fail }
        return verdicts.isEmpty || verdicts.contains(.unknown) ? .unknown : .pass
    }
}

/// What JSM answered somebody who is not signed in, as far as a check looks at it.
package struct PostureAnswer: Sendable, Hashable {
    package var status: Int
    /// Where it sends the browser; empty where nowhere.
    package var location: String
    /// The body, in lower case.
    package var text: String

    package init(status: Int, location: String = "", text: String = "") {
        self.status = status
        self.location = location
        self.text = text.lowercased()
    }

    /// Whether it sends to a sign-in, or says that one is needed.
    var asksToSignIn: Bool {
        let isSentAway =
            (300..<400).contains(status)
            && ["login", "saml", "oauth", "openid", "authorize", "sso"].contains { location.lowercased().contains($0) }
        return isSentAway || status == 401 || status == 403
    }

    /// Whether there is a field for a password.
    var hasPasswordField: Bool { status == 200 && text.contains("type=\"password\"") }
}
