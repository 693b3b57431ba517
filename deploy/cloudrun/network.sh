#!/usr/bin/env bash
# What has to be there before the first deployment, once per project: APIs, a place for images, the connector, the firewall rule for
# Redis, the service account and its secrets.
#   PROJECT=my-project REGION=asia-northeast3 NETWORK=default bash deploy/cloudrun/network.sh
set -euo pipefail
: "${PROJECT:?}" "${REGION:=asia-northeast3}" "${NETWORK:=default}"
CONNECTOR_RANGE=${CONNECTOR_RANGE:-10.8.0.0/28}
SUBNET_RANGE=${SUBNET_RANGE:-10.178.0.0/20}

gcloud services enable --project="$PROJECT" run.googleapis.com cloudbuild.googleapis.com artifactregistry.googleapis.com \
  secretmanager.googleapis.com vpcaccess.googleapis.com compute.googleapis.com
gcloud artifacts repositories create kis-gateway --project="$PROJECT" --location="$REGION" --repository-format=docker

gcloud compute networks vpc-access connectors create kis-gateway \
  --project="$PROJECT" --region="$REGION" --network="$NETWORK" --range="$CONNECTOR_RANGE"

# Redis is reached from the connector and from its own subnet, and from nowhere else.
gcloud compute firewall-rules create kis-gateway-redis \
  --project="$PROJECT" --network="$NETWORK" --direction=INGRESS --action=ALLOW --rules=tcp:6379 \
  --source-ranges="$CONNECTOR_RANGE,$SUBNET_RANGE" --target-tags=kis-gateway-redis

gcloud iam service-accounts create kis-gateway --project="$PROJECT"
for secret in kis-app-key kis-app-secret kis-account-no redis-url kis-gateway-clients; do
  gcloud secrets create "$secret" --project="$PROJECT" --replication-policy=automatic
  gcloud secrets add-iam-policy-binding "$secret" --project="$PROJECT" \
    --member="serviceAccount:kis-gateway@$PROJECT.iam.gserviceaccount.com" --role=roles/secretmanager.secretAccessor
done
