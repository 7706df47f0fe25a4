import Broker
import Foundation
import XMLSecurity

@testable import SAML

/// The vectors with verdicts, from the folder that `VESTIBULE_VECTORS` names.
struct OwnDevVectors {
    struct Case: Decodable, Sendable, CustomStringConvertible {
        let file: String
        let kind: String
        let acs: String
        let verdict: String
        let rule: String
        var description: String { file }
        var isAccepted: Bool { verdict.hasPrefix("accept") }
    }

    struct Tenant: Decodable {
        let idp_entity_id: String
        let signing_certs: [String]
        let acs: String
        let slo: String?
        let sp_entity_id: String
        let decryption_keys: [String]?
    }

    private struct Expected: Decodable {
        let now: String
        let tenants: [String: Tenant]
        let cases: [Case]
    }

    static let folder = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"].map {
        URL(fileURLWithPath: $0).appendingPathComponent("own-dev/saml")
    }

    private static let expected: Expected? = folder.flatMap {
        try? JSONDecoder().decode(Expected.self, from: Data(contentsOf: $0.appendingPathComponent("expected.json")))
    }

    static func cases(_ kind: String) -> [Case] { expected?.cases.filter { $0.kind == kind } ?? [] }
    static var allCases: [Case] { expected?.cases ?? [] }
    static var isPresent: Bool { expected != nil }
    static var now: Timestamp { expected.flatMap { SAMLTime.parse($0.now) } ?? Timestamp(seconds: 0) }
    static func tenant(_ name: String) throws -> Tenant { try unwrap(expected?.tenants[name]) }

    static func octets(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: unwrap(folder).appendingPathComponent(file)))
    }

    static func text(_ file: String) throws -> String { String(decoding: try octets(file), as: UTF8.self) }

    static func keys(_ tenant: Tenant) throws -> [PublicKey] {
        try tenant.signing_certs.map { try Certificate(text: text($0)).key }
    }

    static func decryptionKeys(_ tenant: Tenant) throws -> [PrivateKey] {
        try (tenant.decryption_keys ?? []).map {
            try PrivateKey(pkcs8: PEM.octets(text($0), label: "PRIVATE KEY"))
        }
    }

    static func reader(
        _ tenant: Tenant, policy: ResponsePolicy = .standard, checks: [SignatureCheck] = SignatureCheck.all,
        steps: Set<ResponseReader.Step> = Set(ResponseReader.Step.allCases)
    ) throws -> ResponseReader {
        ResponseReader(
            keys: try keys(tenant), decryptionKeys: try decryptionKeys(tenant), policy: policy, signatureChecks: checks,
            steps: steps)
    }

    static func expectations(_ tenant: Tenant) -> ResponseExpectations {
        ResponseExpectations(
            idpEntityID: tenant.idp_entity_id, spEntityID: tenant.sp_entity_id, acsURL: tenant.acs,
            requestID: "_req-0001", now: now)
    }
}

struct Absent: Error {}

func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Absent() }
    return value
}

/// The rule that refuses, of this room or of XMLSecurity; nil where nothing does.
func refusingRule(_ body: () throws -> Void) throws -> String? {
    do {
        try body()
        return nil
    } catch let error as SAMLError {
        return error.rule
    } catch let error as XMLSecurityError {
        return error.code.rawValue
    }
}
