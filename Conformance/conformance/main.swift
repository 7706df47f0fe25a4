// SPDX-License-Identifier: Apache-2.0

await ConformanceCommand.main()
