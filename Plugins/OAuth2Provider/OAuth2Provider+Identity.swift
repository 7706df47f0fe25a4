import Broker
import FoundationEssentials
import OpenIDConnect

extension OAuth2Provider {
    /// The identity that a UserInfo answer gives.
    func identity(_ claims: ClaimSet) throws(LoginError) -> VerifiedIdentity {
        let names = settings.claims ?? Settings.ClaimNames(subject: "")
        let reader = ClaimReader([ClaimSource(claims, from: .userInfo)], names: names.read)
        let subject = try Subject.read(names.subject, in: claims)
        return VerifiedIdentity(
            subject: key(subject), email: try reader.emailAddress().map { Email($0, evidence: evidence(reader)) },
            displayName: reader.displayName(), groups: names.groups == nil ? .unsupported : reader.groups(),
            previousSubjects: previousKeys(subject), claims: reader.claims())
    }

    /// Where the subject was said is part of who it is; the issuer identifier, where there is one, is its better name.
    func key(_ subject: String) -> SubjectKey {
        SubjectKey(
            connection: id, issuer: settings.issuer ?? endpoints.userInfo.absoluteString, subject: subject)
    }

    /// Configuring `issuer` later makes nobody a stranger.
    func previousKeys(_ subject: String) -> [SubjectKey] {
        guard settings.issuer != nil else { return [] }
        return [SubjectKey(connection: id, issuer: endpoints.userInfo.absoluteString, subject: subject)]
    }

    private func evidence(_ reader: ClaimReader) -> Email.Evidence {
        switch settings.emailEvidence ?? .verifiedClaim {
        case .verifiedClaim: reader.isEmailVerified() ? .idpVerified : .none
        case .tenantOwnsDomain: .tenantOwnsDomain
        case .none: .none
        }
    }
}

extension OAuth2Provider.Settings.ClaimNames {
    fileprivate var read: ClaimReader.Names {
        var names = ClaimReader.Names()
        names.email = email ?? names.email
        names.emailVerified = emailVerified ?? names.emailVerified
        names.name = name ?? names.name
        names.groups = groups ?? names.groups
        return names
    }
}

/// The one claim that is a person's key.
enum Subject {
    /// A string, or a whole number above zero as its decimal digits; nothing else tells people apart for good.
    ///
    /// Null, an empty string and zero are what an API says where it knows nobody, and would be one person for all.
    static func read(_ name: String, in claims: ClaimSet) throws(LoginError) -> String {
        if let number = claims.integer(name), number > 0 { return String(number) }
        guard let text = claims.string(name), text.utf8.count <= 255,
            !text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        else {
            throw LoginError(
                .subjectInvalid,
                detail: "UserInfo: the claim of the subject is not a string of 1 to 255 octets or a number above zero")
        }
        return text
    }
}
