import JOSE
import Testing

struct TokenHashTests {
    @Test func `computes the example of OpenID Connect Core A_3`() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
        #expect(TokenHash.leftHalf(of: token, algorithm: .rs256) == "77QmUPtjPfzWtF2AnpK9RQ")
        #expect(TokenHash.matches("77QmUPtjPfzWtF2AnpK9RQ", token: token, algorithm: .es256))
        #expect(!TokenHash.matches("77QmUPtjPfzWtF2AnpK9RR", token: token, algorithm: .es256))
        #expect(!TokenHash.matches("", token: token, algorithm: .es256))
    }

    @Test(arguments: JWAlgorithm.allCases)
    func `takes the hash of the algorithm`(algorithm: JWAlgorithm) throws {
        let expected =
            switch algorithm {
            case .rs256, .ps256, .es256: "PEaenWxYddN6Q_NT1PiOYQ"
            case .rs384, .ps384, .es384: "Cm6hANx1qgPTYYSWu3KFaieklEAsPkh3"
            case .rs512, .ps512, .es512, .edDSA: "ImXaughy_DrvFp0Hk2XlkPDLyO1GwqeYTIpkKAPP2Ww"
            }
        #expect(TokenHash.leftHalf(of: "token", algorithm: algorithm) == expected)
    }
}
