import Foundation
import Testing

@testable import SAML

struct RelayStateCodingTests {
    @Test(arguments: ["", "x", "ä \"\\", String(repeating: "r", count: 1024)])
    func `comes back as it was kept`(text: String) throws {
        let state = try RelayState(received: text)
        #expect(try JSONDecoder().decode([RelayState].self, from: JSONEncoder().encode([state])) == [state])
    }

    @Test func `one that is too long was not kept by us`() throws {
        let kept = try JSONEncoder().encode([String(repeating: "r", count: 1025)])
        #expect(throws: SAMLError.self) { try JSONDecoder().decode([RelayState].self, from: kept) }
    }
}
