#!/bin/sh
# Makes a Java of what the gateway needs: sh jre.sh FOLDER. JAVA_HOME, or the java on the path, must be a JDK.
set -eu
home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
"$home/bin/jlink" --output "$1" --strip-debug --no-man-pages --no-header-files --include-locales en,ko \
  --add-modules java.se,jdk.unsupported,jdk.management,jdk.net,jdk.crypto.ec,jdk.zipfs,jdk.naming.dns,jdk.localedata,jdk.jfr
