// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
package import MockServer

extension MockSAMLProvider {
    /// How an IdP listens and which tenants it has.
    package struct Configuration: Sendable {
        /// Loopback address to bind; another address refuses to start.
        package var address: String
        /// Port to bind; 0 lets the system choose.
        package var port: Int
        /// Host name in entityIDs and endpoints.
        package var hostName: String
        /// https when present, plain http otherwise.
        package var tls: MockTLS?
        /// Value of `X-Mock-Control` that opens `/__mock/`; empty keeps it closed.
        package var controlSecret: String
        package var tenants: [SAMLTenant]
        /// Seconds since 1970.
        package var now: @Sendable () -> Int64
        /// Random octets, this many.
        package var random: @Sendable (Int) -> [UInt8]

        /// The given tenants on a free port, unless told otherwise.
        package init(
            tenants: [SAMLTenant], controlSecret: String = "", address: String = "127.0.0.1", port: Int = 0,
            hostName: String = "idp.localhost", tls: MockTLS? = nil,
            now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) },
            random: @escaping @Sendable (Int) -> [UInt8] = { RandomBytes.system($0) }
        ) {
            self.tenants = tenants
            self.controlSecret = controlSecret
            self.address = address
            self.port = port
            self.hostName = hostName
            self.tls = tls
            self.now = now
            self.random = random
        }
    }
}
