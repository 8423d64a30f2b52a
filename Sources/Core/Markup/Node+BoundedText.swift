// Stands in for the bounded text of Node+Text.swift until the two are merged.
extension Node {
  /// The beginning of `text`, of at most `maximumBytes` bytes of UTF-8.
  public func text(maximumBytes: Int) -> (text: String, isCut: Bool) {
    let (lines, isCut) = lines(maximumBytes: maximumBytes)
    return (lines.joined(separator: " "), isCut)
  }

  /// The beginning of `lines`, of at most `maximumBytes` bytes of UTF-8 with one byte between two lines.
  public func lines(maximumBytes: Int) -> (lines: [String], isCut: Bool) {
    var room = maximumBytes
    var kept: [String] = []
    for line in lines {
      guard line.utf8.count > room else {
        kept.append(line)
        room -= line.utf8.count + 1
        continue
      }
      var end = line.startIndex
      while end < line.endIndex, line.utf8.distance(from: line.startIndex, to: line.index(after: end)) <= room {
        end = line.index(after: end)
      }
      if end == line.startIndex {
        // One character that is too long.
        end = line.utf8.index(line.startIndex, offsetBy: max(0, room))
        while end > line.startIndex, end.samePosition(in: line.unicodeScalars) == nil {
          end = line.utf8.index(before: end)
        }
      }
      if end > line.startIndex { kept.append(String(line[..<end])) }
      return (kept, true)
    }
    return (kept, false)
  }
}
