// SPDX-License-Identifier: Apache-2.0

extension FrontsSuite {
    /// The columns behind the first four.
    static let furtherFronts: [any Front] = [
        EnvoyFront(), HAProxyFront(), ApacheFront(), HAProxyLocalFront(), EnvoyLocalFront(), ApacheLocalFront(),
    ]
}
