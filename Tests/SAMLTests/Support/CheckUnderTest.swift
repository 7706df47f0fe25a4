import XMLSecurity

@testable import SAML

/// One check that a run can drop: every one that the verifier has as a value.
enum CheckUnderTest: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case step(ResponseReader.Step)
    case signature(String)
    case response(String)
    case logoutRequest(String)
    case logoutResponse(String)
    case metadata(String)

    /// What is read: a drop in one list says nothing about another.
    enum Family: String, Sendable {
        case response = "Response", logoutRequest = "LogoutRequest"
        case logoutResponse = "LogoutResponse", metadata = "Metadata"
    }

    static var allCases: [CheckUnderTest] {
        ResponseReader.Step.allCases.map { .step($0) } + SignatureCheck.all.map { .signature($0.name) }
            + ResponseCheck.all.map { .response($0.name) } + LogoutCheck.request.map { .logoutRequest($0.name) }
            + LogoutCheck.response.map { .logoutResponse($0.name) } + MetadataCheck.all.map { .metadata($0.name) }
    }

    var family: Family {
        switch self {
        case .step, .signature, .response: .response
        case .logoutRequest: .logoutRequest
        case .logoutResponse: .logoutResponse
        case .metadata: .metadata
        }
    }

    // MARK: Names

    var name: String {
        switch self {
        case .step(let step): step.rawValue
        case .signature(let name), .response(let name), .logoutRequest(let name), .logoutResponse(let name),
            .metadata(let name):
            name
        }
    }

    /// Where the list stands in the sources.
    var list: String {
        switch self {
        case .step: "ResponseReader.Step"
        case .signature: "SignatureCheck"
        case .response: "ResponseCheck"
        case .logoutRequest: "LogoutCheck (request)"
        case .logoutResponse: "LogoutCheck (response)"
        case .metadata: "MetadataCheck"
        }
    }

    var description: String { "\(list) \(name)" }

    /// Clause and id of the rule in the threat model.
    var clauseAndRule: (clause: String, rule: String) {
        switch self {
        case .step(let step): Self.steps[step] ?? ("", "")
        case .signature(let name): SignatureCheck.all.first { $0.name == name }.map { ($0.clause, $0.rule) } ?? ("", "")
        case .response(let name): ResponseCheck.all.first { $0.name == name }.map { ($0.clause, $0.rule) } ?? ("", "")
        case .logoutRequest(let name):
            LogoutCheck.request.first { $0.name == name }.map { ($0.clause, $0.rule) } ?? ("", "")
        case .logoutResponse(let name):
            LogoutCheck.response.first { $0.name == name }.map { ($0.clause, $0.rule) } ?? ("", "")
        case .metadata(let name): (MetadataCheck.all.first { $0.name == name }?.clause ?? "", "M27")
        }
    }

    private static let steps: [ResponseReader.Step: (String, String)] = [
        .identifiers: ("SAML Core 1.3.4", "M3"), .structure: ("SAML Core schema", "M1"),
        .everySignature: ("SAML Core 5.3", "M23"), .someSignature: ("SAML Profiles 4.1.3.5", "M2, M24"),
        .requirement: ("the connection's `require`", "M2"), .status: ("SAML Core 3.2.2.2", "M17"),
    ]

    // MARK: Lists without one

    static func steps(without dropped: CheckUnderTest?) -> Set<ResponseReader.Step> {
        Set(ResponseReader.Step.allCases.filter { dropped != .step($0) })
    }

    static func signatureChecks(without dropped: CheckUnderTest?) -> [SignatureCheck] {
        SignatureCheck.all.filter { dropped != .signature($0.name) }
    }

    static func responseChecks(without dropped: CheckUnderTest?) -> [ResponseCheck] {
        ResponseCheck.all.filter { dropped != .response($0.name) }
    }

    static func logoutRequestChecks(without dropped: CheckUnderTest?) -> [LogoutCheck] {
        LogoutCheck.request.filter { dropped != .logoutRequest($0.name) }
    }

    static func logoutResponseChecks(without dropped: CheckUnderTest?) -> [LogoutCheck] {
        LogoutCheck.response.filter { dropped != .logoutResponse($0.name) }
    }

    static func metadataChecks(without dropped: CheckUnderTest?) -> [MetadataCheck] {
        MetadataCheck.all.filter { dropped != .metadata($0.name) }
    }
}
