//===- Profile.cpp - profiles of compiled programs ------------------------===//

#include "cotan/profile.h"
#include "cotan-compiler/Execution/Recording.h"
#include "cotan-compiler/Trace/Record.h"
#include <ostream>

namespace cotan {

struct ProfileGuard::Implementation {
  execution::Recording recording;
  execution::Recording *previous;
};

ProfileGuard::ProfileGuard() : implementation(std::make_unique<Implementation>()) {
  implementation->previous = std::exchange(tracing::threadState().recording, &implementation->recording);
}

ProfileGuard::~ProfileGuard() { tracing::threadState().recording = implementation->previous; }

Profile ProfileGuard::profile() const {
  const runtime::ProfileRecord &record = implementation->recording.getRecord();
  Profile profile;
  profile.seconds = record.seconds;
  profile.evaluations = record.calls;
  profile.launches = record.launches;
  profile.workspace_bytes = record.workspaceBytes;
  for (const runtime::KernelRecord &kernel : record.kernels) {
    const runtime::KernelFacts &facts = kernel.facts;
    profile.kernels.push_back({kernel.name, facts.operations, facts.shape, facts.location, kernel.launches, kernel.seconds, facts.bytes,
                               facts.flops, facts.transcendentals});
  }
  return profile;
}

std::string Profile::table() const {
  runtime::ProfileRecord record;
  record.calls = evaluations;
  record.launches = launches;
  record.workspaceBytes = workspace_bytes;
  record.seconds = seconds;
  for (const KernelProfile &kernel : kernels) {
    runtime::KernelRecord &row = record.kernels.emplace_back();
    row.name = kernel.name;
    row.launches = kernel.launches;
    row.seconds = kernel.seconds;
    row.facts.operations = kernel.operations;
    row.facts.shape = kernel.shape;
    row.facts.location = kernel.location;
    row.facts.bytes = kernel.bytes;
    row.facts.flops = kernel.flops;
    row.facts.transcendentals = kernel.transcendentals;
  }
  return runtime::formatProfile(record);
}

std::ostream &operator<<(std::ostream &stream, const Profile &profile) { return stream << profile.table(); }

} // namespace cotan
