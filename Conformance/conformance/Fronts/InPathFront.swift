// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The broker itself, with `gate.upstream`: no proxy at all.
struct InPathFront: Front {
    let name = "in-path"
    let mode = FrontMode.inPath
    let program: FrontProgram? = nil
    /// Gate and front are one process, and its plain listener is for proxies on this machine.
    let lacks: Set<FrontAbility> = [.gateCheck, .edge]
    /// It has no files.
    let shippedFolder = "."

    func write(_ files: FrontFiles, _ addresses: FrontAddresses) {}

    func command(_ folder: URL) -> FrontCommand { FrontCommand(arguments: []) }
}
