"""Working the cases beside the trail. Each service is one transaction and records its event inside it."""
